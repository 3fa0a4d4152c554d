#include "agent/peering/loc_rib.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

BestRoute choose(std::span<const Route> candidates) {
    const Decision decision = decide(candidates);
    BestRoute best;
    best.reason = decision.reason;
    best.best_peer = candidates[decision.best].source.peer;
    for (const std::size_t index : decision.multipath) {
        best.next_hops.push_back(candidates[index].next_hop);
    }
    std::sort(best.next_hops.begin(), best.next_hops.end());
    best.next_hops.erase(std::unique(best.next_hops.begin(), best.next_hops.end()),
                         best.next_hops.end());
    return best;
}

}  // namespace

std::optional<RibChange> LocRib::set_originated(const net::Prefix& prefix,
                                                bool originated,
                                                std::span<const AdjRibIn* const> peers) {
    if (originated) {
        originated_.insert(prefix);
    } else {
        originated_.erase(prefix);
    }
    return decide_again(prefix, peers);
}

std::optional<RibChange> LocRib::decide_again(const net::Prefix& prefix,
                                              std::span<const AdjRibIn* const> peers) {
    std::vector<Route> candidates;
    if (!originated_.contains(prefix)) {
        for (const AdjRibIn* peer : peers) {
            if (const Route* route = peer->find(prefix)) {
                candidates.push_back(*route);
            }
        }
    }
    const auto known = routes_.find(prefix);
    if (candidates.empty()) {
        if (known == routes_.end()) {
            return std::nullopt;
        }
        routes_.erase(known);
        return RibChange{prefix, {}};
    }
    BestRoute best = choose(candidates);
    if (known == routes_.end()) {
        return RibChange{prefix, routes_.emplace(prefix, std::move(best)).first->second.next_hops};
    }
    const bool same = known->second.next_hops == best.next_hops;
    known->second = std::move(best);
    return same ? std::nullopt : std::optional(RibChange{prefix, known->second.next_hops});
}

const BestRoute* LocRib::find(const net::Prefix& prefix) const {
    const auto found = routes_.find(prefix);
    return found == routes_.end() ? nullptr : &found->second;
}

}  // namespace routeproof::bgp
