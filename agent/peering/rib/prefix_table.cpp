#include "agent/peering/rib/prefix_table.hpp"

#include <cassert>
#include <cstring>

namespace routeproof::bgp {

std::size_t PrefixTable::hash(const net::Prefix& prefix) {
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
    return mixed;
}

std::optional<Slot> PrefixTable::find(const net::Prefix& prefix) const {
    const auto found = index_.find(prefix);
    return found == index_.end() ? std::nullopt : std::optional(*found);
}

Slot PrefixTable::add(const net::Prefix& prefix) {
    if (const auto found = index_.find(prefix); found != index_.end()) {
        return *found;
    }
    Slot slot = end_;
    if (free_.empty()) {
        if (end_ % kChunk == 0) {
            chunks_.push_back(std::make_unique<Chunk>());
        }
        ++end_;
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    entry(slot) = {prefix, 0};
    index_.insert(slot);
    return slot;
}

void PrefixTable::unuse(Slot slot) {
    assert(entry(slot).uses != 0);
    if (--entry(slot).uses == 0) {
        index_.erase(slot);
        free_.push_back(slot);
    }
}

}  // namespace routeproof::bgp
