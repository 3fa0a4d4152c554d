#include "verifier/collect/needs.hpp"

#include "verifier/collect/view.hpp"

#include <algorithm>
#include <set>

namespace routeproof::verifier {

std::vector<net::Address> peers_to_ask(const Expectations& expectations,
                                       const RouterObservation& observation) {
    const RouterView view(observation);
    if (!view.has_table()) {
        return {};
    }
    std::set<net::Address> peers;
    for (const ExpectedRoute& route : expectations.routes) {
        if (route.router != observation.router || !route.required) {
            continue;
        }
        for (const net::Address& peer : route.peers) {
            const drivers::BgpSession* session = observation.session(peer);
            if (observation.sessions && (session == nullptr || !session->established)) {
                continue;  // nothing can have been received
            }
            const drivers::Route* path = view.path_from(route.prefix, peer);
            if (path == nullptr || (!path->valid && path->reason.empty())) {
                peers.insert(peer);
            }
        }
    }
    return {peers.begin(), peers.end()};
}

std::vector<net::Prefix> ranges_to_ask(const inventory::Inventory& inventory) {
    std::vector<net::Prefix> ranges;
    for (const inventory::Pool& pool : inventory.pools) {
        ranges.push_back(pool.cidr);
    }
    std::sort(ranges.begin(), ranges.end());
    // Sorted, a range stands before those it contains.
    std::vector<net::Prefix> result;
    for (const net::Prefix& range : ranges) {
        if (result.empty() || !result.back().contains(range)) {
            result.push_back(range);
        }
    }
    return result;
}

}  // namespace routeproof::verifier
