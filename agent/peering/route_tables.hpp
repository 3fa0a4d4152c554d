// What all peers of a speaker share: the prefixes, what we originate, the decision over everything
// that is learned. No I/O.
#pragma once

#include "agent/peering/announce_attributes.hpp"
#include "agent/peering/rib/loc_rib.hpp"

#include <functional>

namespace routeproof::bgp {

struct HashAnnounceAttributes {
    std::size_t operator()(const AnnounceAttributes& attributes) const;
};

class RouteTables {
public:
    using AnnouncePool = InternPool<AnnounceAttributes, HashAnnounceAttributes>;
    using Changed = std::function<void(const net::Prefix&, const NextHops&)>;

    /// `changed`: the next hops of a learned prefix are others now; none: it is gone.
    explicit RouteTables(Changed changed) : changed_(std::move(changed)), loc_rib_(prefixes_) {}
    RouteTables(const RouteTables&) = delete;
    RouteTables& operator=(const RouteTables&) = delete;

    PrefixTable& prefixes() { return prefixes_; }
    const PrefixTable& prefixes() const { return prefixes_; }
    AttributePool& attributes() { return attributes_; }

    // --- what we originate ---
    /// The slot if something changed. The slot stays good until the next change.
    std::optional<Slot> originate(const net::Prefix& prefix, const AnnounceAttributes& attributes);
    /// The slot if it was originated: hand it to every peer, then call withdrawn().
    std::optional<Slot> withdraw(const net::Prefix& prefix);
    void withdrawn(Slot slot);
    /// 0: not originated.
    AnnouncePool::Id originated(Slot slot) const {
        return slot < originated_.size() ? originated_[slot] : AnnouncePool::kNone;
    }
    const AnnouncePool& announced() const { return announced_; }
    std::size_t originated_count() const { return originated_count_; }
    /// All slots that may be originated are below this.
    Slot originated_end() const { return static_cast<Slot>(originated_.size()); }

    // --- what is learned ---
    /// From now on its routes take part. It must be removed before it goes.
    void add(const AdjRibIn* rib) { ribs_in_.push_back(rib); }
    void remove(const AdjRibIn* rib) { std::erase(ribs_in_, rib); }
    void decide_again(const std::vector<Slot>& slots);

    std::optional<BestRoute> explain(Slot slot) const {
        return originated(slot) ? std::nullopt : LocRib::explain(slot, ribs_in_);
    }
    const LocRib& loc_rib() const { return loc_rib_; }
    /// No more calls of `changed`.
    void fall_silent() { changed_ = nullptr; }

private:
    void decide_again(Slot slot);

    Changed changed_;
    PrefixTable prefixes_;
    AttributePool attributes_;
    AnnouncePool announced_;
    std::vector<AnnouncePool::Id> originated_;  // by slot
    std::size_t originated_count_ = 0;
    LocRib loc_rib_;
    std::vector<const AdjRibIn*> ribs_in_;
};

}  // namespace routeproof::bgp
