#include "agent/peering/rib/prefix_table.hpp"

#include <cassert>
#include <cstring>

namespace routeproof::bgp {

std::uint32_t PrefixTable::hash(const net::Prefix& prefix) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // 2^64 divided by the golden ratio
    std::array<std::uint64_t, 2> words{};
    const auto octets = prefix.address().octets();
    std::memcpy(words.data(), octets.data(), octets.size());
    std::uint64_t mixed = (words[0] ^ (prefix.length() + 1)) * kOdd;
    mixed ^= mixed >> 32;
    if (words[1] != 0) {
        mixed = (mixed + words[1]) * kOdd;
        mixed ^= mixed >> 32;
    }
    return static_cast<std::uint32_t>(mixed);
}

std::optional<Slot> PrefixTable::find(const net::Prefix& prefix) const {
    const auto found = index_.find(Probe{prefix, hash(prefix)});
    return found == index_.end() ? std::nullopt : std::optional(found->slot);
}

Slot PrefixTable::add(const net::Prefix& prefix) {
    // Put where it would stand, so that one search both finds and inserts.
    const Slot slot = free_.empty() ? end_ : free_.back();
    if (slot == chunks_.size() * kChunk) {
        chunks_.push_back(std::make_unique<Chunk>());
    }
    entry(slot) = {prefix, 0};
    const auto [at, added] = index_.insert(Indexed{slot, hash(prefix)});
    if (!added) {
        return at->slot;
    }
    if (free_.empty()) {
        ++end_;
    } else {
        free_.pop_back();
    }
    return slot;
}

void PrefixTable::unuse(Slot slot) {
    assert(entry(slot).uses != 0);
    if (--entry(slot).uses == 0) {
        index_.erase(Probe{entry(slot).prefix, hash(entry(slot).prefix)});
        free_.push_back(slot);
    }
}

}  // namespace routeproof::bgp
