// Loc-RIB: the decision for each prefix, over all peers (RFC 4271 3.2, 9.1). Only its outcome is
// kept, the set of next hops; why it fell out so is found by deciding once more.
#pragma once

#include "agent/peering/rib/adj_rib_in.hpp"
#include "agent/peering/rib/decision.hpp"

#include <span>

namespace routeproof::bgp {

using NextHops = std::vector<NextHop>;

struct HashNextHops {
    std::size_t operator()(const NextHops& next_hops) const;
};

struct BestRoute {
    NextHops next_hops;  // the ECMP set, sorted, each once
    net::Address best_peer;
    Reason reason = Reason::OnlyRoute;
    std::size_t candidates = 0;

    friend bool operator==(const BestRoute&, const BestRoute&) = default;
};

class LocRib {
public:
    using Peers = std::span<const AdjRibIn* const>;

    explicit LocRib(PrefixTable& prefixes) : prefixes_(prefixes) {}
    LocRib(const LocRib&) = delete;
    LocRib& operator=(const LocRib&) = delete;
    ~LocRib();

    /// Decides again. Nothing if the set of next hops stays, else the new one; empty: the prefix is
    /// gone. What we originate ourselves beats what anybody tells us about the very same prefix:
    /// the kernel must not send our own containers' traffic to a leaf.
    const NextHops* decide_again(Slot slot, bool originated, Peers peers);

    /// The decision with its reason; nothing if there is no candidate.
    static std::optional<BestRoute> explain(Slot slot, Peers peers);

    /// Empty if the prefix is not reachable by anything learned.
    const NextHops& next_hops(Slot slot) const;
    std::size_t size() const { return size_; }
    Slot end() const { return static_cast<Slot>(selected_.size()); }

private:
    using Pool = InternPool<NextHops, HashNextHops>;

    Pool::Id acquire(const NextHop& only);

    PrefixTable& prefixes_;
    Pool pool_;
    /// The last single next hop, held once more: usually it is the next one too.
    Pool::Id last_only_ = Pool::kNone;
    std::vector<Pool::Id> selected_;  // by slot
    std::size_t size_ = 0;
};

}  // namespace routeproof::bgp
