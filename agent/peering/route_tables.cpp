#include "agent/peering/route_tables.hpp"

#include <boost/container_hash/hash.hpp>

namespace routeproof::bgp {

std::size_t HashAnnounceAttributes::operator()(const AnnounceAttributes& attributes) const {
    std::size_t seed = 0;
    boost::hash_combine(seed, attributes.med.has_value());
    boost::hash_combine(seed, attributes.med.value_or(0));
    for (const auto& community : attributes.communities) {
        boost::hash_combine(seed, community.value());
    }
    for (const auto& large : attributes.large_communities) {
        boost::hash_combine(seed, large.global_administrator);
        boost::hash_combine(seed, large.local_data1);
        boost::hash_combine(seed, large.local_data2);
    }
    return seed;
}

std::optional<Slot> RouteTables::originate(const net::Prefix& prefix,
                                           const AnnounceAttributes& attributes) {
    const Slot slot = prefixes_.add(prefix);
    const auto id = announced_.acquire(attributes);
    if (slot >= originated_.size()) {
        originated_.resize(slot + 1);
    }
    const auto before = std::exchange(originated_[slot], id);
    if (before == id) {
        announced_.release(id);
        return std::nullopt;
    }
    if (before != AnnouncePool::kNone) {
        announced_.release(before);
        return slot;
    }
    prefixes_.use(slot);
    ++originated_count_;
    decide_again(slot);
    return slot;
}

std::optional<Slot> RouteTables::withdraw(const net::Prefix& prefix) {
    const auto slot = prefixes_.find(prefix);
    if (!slot || originated(*slot) == AnnouncePool::kNone) {
        return std::nullopt;
    }
    announced_.release(std::exchange(originated_[*slot], AnnouncePool::kNone));
    --originated_count_;
    return slot;
}

void RouteTables::withdrawn(Slot slot) {
    decide_again(slot);
    prefixes_.unuse(slot);
}

void RouteTables::decide_again(const std::vector<Slot>& slots) {
    for (const Slot slot : slots) {
        decide_again(slot);
    }
}

// What was accepted was selected, or hidden by a prefix of ours; so a slot in question is in use by
// the decision or the origination until here, even if the peer's route is gone already.
void RouteTables::decide_again(Slot slot) {
    const NextHops* next_hops =
        loc_rib_.decide_again(slot, originated(slot) != AnnouncePool::kNone, ribs_in_);
    if (next_hops == nullptr) {
        return;
    }
    // Copies, because whoever is told may call back and change what these point at.
    const net::Prefix prefix = prefixes_[slot];
    const NextHops told = *next_hops;
    if (told.empty()) {
        prefixes_.unuse(slot);
    }
    if (changed_) {
        changed_(prefix, told);
    }
}

}  // namespace routeproof::bgp
