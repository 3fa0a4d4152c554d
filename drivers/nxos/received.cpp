#include "drivers/nxos/received.hpp"

#include <algorithm>

namespace routeproof::nxos {

using drivers::ReceivedRoute;
using drivers::Route;

std::vector<ReceivedRoute> merge_received(const net::Address& peer,
                                          const drivers::RouteTable& received,
                                          const drivers::RouteTable& accepted) {
    std::vector<ReceivedRoute> result;
    for (Route route : received.routes) {
        const bool kept =
            std::any_of(accepted.routes.begin(), accepted.routes.end(), [&](const Route& each) {
                return each.prefix == route.prefix && each.valid;
            });
        ReceivedRoute entry;
        route.from = peer;
        if (kept) {
            entry.verdict = ReceivedRoute::Verdict::Accepted;
        } else {
            entry.verdict = ReceivedRoute::Verdict::Rejected;
            entry.reason = "received, but not among the routes accepted from this neighbor";
            route.valid = false;
            route.best = false;
        }
        entry.route = std::move(route);
        result.push_back(std::move(entry));
    }
    return result;
}

}  // namespace routeproof::nxos
