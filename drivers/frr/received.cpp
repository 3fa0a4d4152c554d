#include "drivers/frr/received.hpp"

#include "drivers/frr/json.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace routeproof::frr {

using drivers::ReceivedRoute;
using drivers::Route;

namespace {

bool holds(const drivers::RouteTable& table, const net::Prefix& prefix) {
    return std::any_of(table.routes.begin(), table.routes.end(), [&](const Route& each) {
        return each.prefix == prefix;
    });
}

}  // namespace

std::vector<ReceivedRoute> merge_received(const net::Address& peer,
                                          const drivers::RouteTable& received,
                                          const drivers::RouteTable& filtered,
                                          const drivers::RouteTable& accepted,
                                          const std::string& policy) {
    std::vector<ReceivedRoute> result;
    for (Route route : received.routes) {
        route.from = peer;
        ReceivedRoute entry;
        if (holds(accepted, route.prefix)) {
            entry.verdict = ReceivedRoute::Verdict::Accepted;
        } else {
            entry.verdict = ReceivedRoute::Verdict::Rejected;
            entry.reason = holds(filtered, route.prefix)
                               ? "rejected by import policy" +
                                     (policy.empty() ? std::string() : " (" + policy + ')')
                               : "received, but not among the routes accepted from this neighbor";
            route.valid = false;
            route.reason = entry.reason;
        }
        // The symbols of this view say nothing about selection: FRR prints "*>" at all of them.
        route.best = false;
        entry.route = std::move(route);
        result.push_back(std::move(entry));
    }
    return result;
}

std::string inbound_policy(std::string_view json, net::Family family) {
    const auto document = parse_json(json);
    if (!document || document->empty()) {
        return {};
    }
    const Json& families = member(*document->begin(), {"addressFamilyInfo"});
    const Json& info =
        member(families, {family == net::Family::IPv4 ? "ipv4Unicast" : "ipv6Unicast"});
    constexpr std::array<std::pair<const char*, const char*>, 4> kPolicies{{
        {"routeMapForIncomingAdvertisements", "route-map "},
        {"incomingUpdatePrefixFilterList", "prefix-list "},
        {"incomingUpdateNetworkFilterList", "distribute-list "},
        {"incomingUpdateAsPathFilterList", "as-path filter-list "},
    }};
    std::string words;
    for (const auto& [key, what] : kPolicies) {
        const std::string name = text(member(info, {key}));
        if (!name.empty()) {
            words += (words.empty() ? "" : ", ") + std::string(what) + name;
        }
    }
    return words;
}

}  // namespace routeproof::frr
