// Every prefix that anybody in the speaker has something to say about, once, by a small number
// (its slot). What is known of it lies in plain arrays beside this one, indexed by slot: the
// originated attributes, what each peer said, what each peer was told, the decision.
#pragma once

#include "inventory/net/prefix.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace routeproof::bgp {

using Slot = std::uint32_t;

class PrefixTable {
public:
    PrefixTable() = default;
    PrefixTable(const PrefixTable&) = delete;
    PrefixTable& operator=(const PrefixTable&) = delete;

    std::optional<Slot> find(const net::Prefix& prefix) const;
    /// Finds or adds it. One that is added and that nobody uses should be used at once.
    Slot add(const net::Prefix& prefix);
    const net::Prefix& operator[](Slot slot) const { return entry(slot).prefix; }

    /// Each array that holds something for a slot uses it once; with the last use it is free.
    void use(Slot slot) { ++entry(slot).uses; }
    void unuse(Slot slot);

    /// All slots are below this.
    Slot end() const { return end_; }
    std::size_t size() const { return size_; }

private:
    struct Entry {
        net::Prefix prefix;
        std::uint32_t uses = 0;
    };
    // In pieces, so that growing neither copies the table nor holds it twice.
    static constexpr std::size_t kChunk = 4096;
    using Chunk = std::array<Entry, kChunk>;

    // The index is an open-addressed table with linear probing. A cell holds its hash, so that
    // neither growing nor a miss looks at the prefixes: at a million routes each look is a cache
    // miss, and these were a third of the cost of a received route.
    static constexpr Slot kNobody = 0xFFFFFFFF;
    struct Cell {
        Slot slot = kNobody;
        std::uint32_t hash = 0;
    };

    static std::uint32_t hash(const net::Prefix& prefix);
    std::size_t next(std::size_t cell) const { return (cell + 1) & (cells_.size() - 1); }
    std::size_t home(std::uint32_t hash) const { return hash & (cells_.size() - 1); }
    /// The cell that holds the prefix, or the empty one where it would go.
    std::size_t cell_of(const net::Prefix& prefix, std::uint32_t hash) const;
    void grow();
    void erase(std::size_t cell);

    Entry& entry(Slot slot) { return (*chunks_[slot / kChunk])[slot % kChunk]; }
    const Entry& entry(Slot slot) const { return (*chunks_[slot / kChunk])[slot % kChunk]; }

    std::vector<std::unique_ptr<Chunk>> chunks_;
    std::vector<Slot> free_;
    Slot end_ = 0;
    std::size_t size_ = 0;
    std::vector<Cell> cells_;  // a power of two, never full
};

}  // namespace routeproof::bgp
