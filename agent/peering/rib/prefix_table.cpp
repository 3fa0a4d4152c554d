#include "agent/peering/rib/prefix_table.hpp"

#include "agent/peering/rib/hash_seed.hpp"

#include <cassert>
#include <utility>

namespace routeproof::bgp {
namespace {

constexpr std::size_t kFewestCells = 16;
constexpr unsigned kWordBits = 64;

std::uint64_t word(std::span<const std::uint8_t> octets) {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : octets) {
        value = value << 8 | octet;
    }
    return value;
}

std::uint64_t mix(std::uint64_t value) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // 2^64 divided by the golden ratio
    value *= kOdd;
    return value ^ value >> 32;
}

}  // namespace

// Eight neighbours (10.0.0.0/32 to 10.0.0.7/32, or 10.0.0.0/24 to 10.0.7.0/24) are neighbours in
// the index too, and share a cache line there: hosts announce ranges.
std::uint32_t PrefixTable::hash(const net::Prefix& prefix) {
    constexpr unsigned kNear = 3;  // bits
    const auto octets = prefix.address().octets();
    const unsigned length = prefix.length();
    std::uint64_t seed = hash_seed() + length * 2U + (prefix.family() == net::Family::IPv4 ? 0 : 1);
    std::uint64_t network = 0;  // the last bits that count, right-aligned
    if (prefix.family() == net::Family::IPv4) {
        network = word(octets) >> (32 - length);
    } else if (length <= kWordBits) {
        network = length == 0 ? 0 : word(octets.first(8)) >> (kWordBits - length);
    } else {
        seed ^= mix(word(octets.first(8)));
        network = word(octets.last(8)) >> (2 * kWordBits - length);
    }
    const std::uint64_t far = mix(mix((network >> kNear) + seed) ^ seed);
    return static_cast<std::uint32_t>(far << kNear | (network & ((1U << kNear) - 1)));
}

std::size_t PrefixTable::cell_of(const net::Prefix& prefix, std::uint32_t hash) const {
    std::size_t cell = home(hash);
    while (cells_[cell].slot != kNobody &&
           !(cells_[cell].hash == hash && entry(cells_[cell].slot).prefix == prefix)) {
        cell = next(cell);
    }
    return cell;
}

std::optional<Slot> PrefixTable::find(const net::Prefix& prefix) const {
    if (size_ == 0) {
        return std::nullopt;
    }
    const Slot slot = cells_[cell_of(prefix, hash(prefix))].slot;
    return slot == kNobody ? std::nullopt : std::optional(slot);
}

Slot PrefixTable::add(const net::Prefix& prefix) {
    if (4 * (size_ + 1) > 3 * cells_.size()) {
        grow();
    }
    const std::uint32_t hashed = hash(prefix);
    Cell& cell = cells_[cell_of(prefix, hashed)];
    if (cell.slot != kNobody) {
        return cell.slot;
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
    cell = {slot, hashed};
    ++size_;
    return slot;
}

void PrefixTable::unuse(Slot slot) {
    assert(entry(slot).uses != 0);
    if (--entry(slot).uses == 0) {
        const net::Prefix& prefix = entry(slot).prefix;
        erase(cell_of(prefix, hash(prefix)));
        free_.push_back(slot);
    }
}

void PrefixTable::grow() {
    const std::vector<Cell> old =
        std::exchange(cells_, std::vector<Cell>(cells_.empty() ? kFewestCells : 2 * cells_.size()));
    for (const Cell& cell : old) {
        if (cell.slot != kNobody) {
            std::size_t at = home(cell.hash);
            while (cells_[at].slot != kNobody) {
                at = next(at);
            }
            cells_[at] = cell;
        }
    }
}

// What was pushed on by this one moves back, so that no mark of a deleted cell is needed.
void PrefixTable::erase(std::size_t cell) {
    const std::size_t mask = cells_.size() - 1;
    for (std::size_t at = next(cell); cells_[at].slot != kNobody; at = next(at)) {
        const std::size_t wanted = (at - home(cells_[at].hash)) & mask;  // how far it was pushed
        if (wanted >= ((at - cell) & mask)) {
            cells_[cell] = cells_[at];
            cell = at;
        }
    }
    cells_[cell] = {};
    --size_;
}

}  // namespace routeproof::bgp
