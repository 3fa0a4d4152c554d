// Loc-RIB: the decision for each prefix, over all peers (RFC 4271 3.2, 9.1).
#pragma once

#include "agent/peering/adj_rib_in.hpp"
#include "agent/peering/decision.hpp"

#include <set>

namespace routeproof::bgp {

struct BestRoute {
    std::vector<net::Address> next_hops;  // the ECMP set, sorted, each once
    net::Address best_peer;
    Reason reason = Reason::OnlyRoute;

    friend bool operator==(const BestRoute&, const BestRoute&) = default;
};

/// A prefix whose next hops are no longer what they were; none: it is gone.
struct RibChange {
    net::Prefix prefix;
    std::vector<net::Address> next_hops;

    friend bool operator==(const RibChange&, const RibChange&) = default;
};

class LocRib {
public:
    /// What we originate ourselves beats what anybody tells us about the very same prefix: the
    /// kernel must not send our own containers' traffic to a leaf.
    std::optional<RibChange> set_originated(const net::Prefix& prefix,
                                            bool originated,
                                            std::span<const AdjRibIn* const> peers);

    /// Decides again. Nothing if the set of next hops stays.
    std::optional<RibChange> decide_again(const net::Prefix& prefix,
                                          std::span<const AdjRibIn* const> peers);

    const BestRoute* find(const net::Prefix& prefix) const;
    std::size_t size() const { return routes_.size(); }

private:
    std::map<net::Prefix, BestRoute> routes_;
    std::set<net::Prefix> originated_;
};

}  // namespace routeproof::bgp
