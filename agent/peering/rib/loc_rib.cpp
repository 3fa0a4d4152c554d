#include "agent/peering/rib/loc_rib.hpp"

#include <boost/container/small_vector.hpp>
#include <boost/container_hash/hash.hpp>

#include <algorithm>
#include <array>

namespace routeproof::bgp {
namespace {

const NextHops kNone;

// The usual host has two leaves; more than this many candidates cost an allocation.
constexpr std::size_t kFew = 4;

struct Candidates {
    boost::container::small_vector<Route, kFew> routes;
    // Where the import policies' changes live; not moved once a route points into it.
    boost::container::small_vector<std::optional<PathAttributes>, kFew> changed;

    Candidates(Slot slot, LocRib::Peers peers) {
        changed.resize(peers.size());
        for (std::size_t i = 0; i < peers.size(); ++i) {
            if (const auto route = peers[i]->find(slot, changed[i])) {
                routes.push_back(*route);
            }
        }
    }
    std::span<const Route> view() const { return {routes.data(), routes.size()}; }
};

NextHops next_hops_of(const Decision& decision, std::span<const Route> routes) {
    NextHops next_hops;
    next_hops.reserve(decision.multipath.size());
    for (const std::size_t index : decision.multipath) {
        next_hops.push_back(routes[index].next_hop);
    }
    std::sort(next_hops.begin(), next_hops.end());
    next_hops.erase(std::unique(next_hops.begin(), next_hops.end()), next_hops.end());
    return next_hops;
}

}  // namespace

std::size_t HashNextHops::operator()(const NextHops& next_hops) const {
    std::size_t seed = 0;
    for (const auto& next_hop : next_hops) {
        const auto octets = next_hop.address.octets();
        boost::hash_range(seed, octets.begin(), octets.end());
        boost::hash_combine(seed, next_hop.interface);
    }
    return seed;
}

LocRib::~LocRib() {
    for (Slot slot = 0; slot < selected_.size(); ++slot) {
        if (selected_[slot] != Pool::kNone) {
            prefixes_.unuse(slot);
        }
    }
}

LocRib::Pool::Id LocRib::acquire(const NextHop& only) {
    if (last_only_ == Pool::kNone || pool_[last_only_].front() != only) {
        const Pool::Id id = pool_.acquire({only});
        if (last_only_ != Pool::kNone) {
            pool_.release(last_only_);
        }
        last_only_ = id;
    }
    pool_.retain(last_only_);
    return last_only_;
}

const NextHops* LocRib::decide_again(Slot slot, bool originated, Peers peers) {
    const Pool::Id before = slot < selected_.size() ? selected_[slot] : Pool::kNone;
    Pool::Id now = Pool::kNone;
    if (!originated) {
        const NextHop* only = nullptr;
        std::size_t count = 0;
        for (const AdjRibIn* peer : peers) {
            if (const NextHop* next_hop = peer->next_hop(slot)) {
                only = next_hop;
                ++count;
            }
        }
        if (count == 1) {
            now = acquire(*only);  // nothing to decide
        } else if (count > 1) {
            const Candidates candidates(slot, peers);
            now = pool_.acquire(next_hops_of(decide(candidates.view()), candidates.view()));
        }
    }
    if (now == before) {
        if (now != Pool::kNone) {
            pool_.release(now);  // the old reference is still there
        }
        return nullptr;
    }
    if (slot >= selected_.size()) {
        selected_.resize(slot + 1);
    }
    selected_[slot] = now;
    if (before == Pool::kNone) {
        prefixes_.use(slot);
        ++size_;
    } else {
        pool_.release(before);
    }
    if (now == Pool::kNone) {
        --size_;
        return &kNone;  // the caller lets go of the slot: see RouteTables
    }
    return &pool_[now];
}

std::optional<BestRoute> LocRib::explain(Slot slot, Peers peers) {
    const Candidates candidates(slot, peers);
    if (candidates.routes.empty()) {
        return std::nullopt;
    }
    const Decision decision = decide(candidates.view());
    BestRoute best;
    best.next_hops = next_hops_of(decision, candidates.view());
    best.best_peer = candidates.routes[decision.best].source.peer;
    best.reason = decision.reason;
    best.candidates = candidates.routes.size();
    return best;
}

const NextHops& LocRib::next_hops(Slot slot) const {
    return slot < selected_.size() && selected_[slot] != Pool::kNone ? pool_[selected_[slot]]
                                                                     : kNone;
}

}  // namespace routeproof::bgp
