// Every prefix that anybody in the speaker has something to say about, once, by a small number
// (its slot). What is known of it lies in plain arrays beside this one, indexed by slot: the
// originated attributes, what each peer said, what each peer was told, the decision.
#pragma once

#include "inventory/net/prefix.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace routeproof::bgp {

using Slot = std::uint32_t;

class PrefixTable {
public:
    PrefixTable() : index_(0, HashOf{}, Same{*this}) {}
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
    std::size_t size() const { return index_.size(); }

private:
    struct Entry {
        net::Prefix prefix;
        std::uint32_t uses = 0;
    };
    // In pieces, so that growing neither copies the table nor holds it twice.
    static constexpr std::size_t kChunk = 4096;
    using Chunk = std::array<Entry, kChunk>;

    // With its hash beside it, a prefix need not be looked up when the index grows or when another
    // stands in its way: that would be a cache miss each.
    struct Indexed {
        Slot slot = 0;
        std::uint32_t hash = 0;
    };
    struct Probe {
        const net::Prefix& prefix;
        std::uint32_t hash;
    };
    struct HashOf {
        using is_transparent = void;
        std::size_t operator()(const Indexed& one) const { return one.hash; }
        std::size_t operator()(const Probe& probe) const { return probe.hash; }
    };
    struct Same {
        using is_transparent = void;
        const PrefixTable& table;
        bool operator()(const Indexed& a, const Indexed& b) const {
            return a.hash == b.hash && table[a.slot] == table[b.slot];
        }
        bool operator()(const Indexed& one, const Probe& probe) const {
            return one.hash == probe.hash && table[one.slot] == probe.prefix;
        }
        bool operator()(const Probe& probe, const Indexed& one) const {
            return (*this)(one, probe);
        }
    };
    static std::uint32_t hash(const net::Prefix& prefix);

    Entry& entry(Slot slot) { return (*chunks_[slot / kChunk])[slot % kChunk]; }
    const Entry& entry(Slot slot) const { return (*chunks_[slot / kChunk])[slot % kChunk]; }

    std::vector<std::unique_ptr<Chunk>> chunks_;
    std::vector<Slot> free_;
    Slot end_ = 0;
    boost::unordered_flat_set<Indexed, HashOf, Same> index_;
};

}  // namespace routeproof::bgp
