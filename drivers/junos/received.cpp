#include "drivers/junos/received.hpp"

#include <algorithm>

namespace routeproof::junos {

using drivers::ReceivedRoute;
using drivers::Route;
using Verdict = ReceivedRoute::Verdict;

bool lacks_reason(const drivers::RouteTable& hidden) {
    return std::any_of(hidden.routes.begin(), hidden.routes.end(), [](const Route& route) {
        return route.reason.empty();
    });
}

std::vector<ReceivedRoute> merge_received(const net::Address& peer,
                                          const drivers::RouteTable& usable,
                                          const drivers::RouteTable& hidden,
                                          const drivers::RouteTable& rib_hidden) {
    std::vector<ReceivedRoute> received;
    const auto find = [&received](const net::Prefix& prefix) {
        return std::find_if(received.begin(), received.end(), [&](const ReceivedRoute& each) {
            return each.route.prefix == prefix;
        });
    };
    const auto add_rejected = [&](Route route) {
        const auto known = find(route.prefix);
        if (known == received.end()) {
            route.valid = false;
            route.from = peer;
            received.push_back({std::move(route), Verdict::Rejected, {}});
            received.back().reason = received.back().route.reason;
        } else if (known->verdict == Verdict::Rejected && known->reason.empty()) {
            known->reason = route.reason;
            known->route.reason = route.reason;
        }
    };
    for (Route route : usable.routes) {
        route.from = peer;
        const auto verdict = route.valid ? Verdict::Accepted : Verdict::Rejected;
        const std::string reason = route.valid ? std::string() : route.reason;
        received.push_back({std::move(route), verdict, reason});
    }
    for (const Route& route : hidden.routes) {
        add_rejected(route);
    }
    for (const Route& route : rib_hidden.routes) {
        if (route.from == peer) {
            add_rejected(route);
        }
    }
    for (auto& each : received) {
        if (each.verdict == Verdict::Rejected && each.reason.empty()) {
            each.reason = "hidden";  // all that brief style says
        }
    }
    std::stable_sort(
        received.begin(), received.end(), [](const ReceivedRoute& a, const ReceivedRoute& b) {
            return a.route.prefix < b.route.prefix;
        });
    return received;
}

}  // namespace routeproof::junos
