// Equal values once, by small numbers and with counted references. A table of a million routes has
// a few distinct sets of attributes; routes hold the number of theirs.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>

#include <array>
#include <cassert>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace routeproof::bgp {

/// `Hash` is a function object from T to std::size_t. Neither copied nor moved: the index points
/// into it.
template <class T, class Hash>
class InternPool {
public:
    using Id = std::uint32_t;
    static constexpr Id kNone = 0;

    InternPool() : index_(0, HashOf{*this}, Same{*this}) {}
    InternPool(const InternPool&) = delete;
    InternPool& operator=(const InternPool&) = delete;

    /// The number of a value equal to this one; the caller holds one more reference to it.
    Id acquire(const T& value) { return find_or_add(value); }
    Id acquire(T&& value) { return find_or_add(std::move(value)); }
    void retain(Id id, std::uint32_t count = 1) { entry(id).references += count; }
    /// The value goes with its last reference.
    void release(Id id, std::uint32_t count = 1) {
        Entry& one = entry(id);
        assert(one.references >= count);
        one.references -= count;
        if (one.references == 0) {
            index_.erase(id);
            one.value = T{};
            free_.push_back(id);
        }
    }

    /// The reference stays good while somebody holds one.
    const T& operator[](Id id) const { return entry(id).value; }
    /// Never the same for two values, unlike the number, which is used again.
    std::uint64_t serial(Id id) const { return entry(id).serial; }
    std::size_t size() const { return index_.size(); }

private:
    struct Entry {
        T value{};
        std::size_t hash = 0;
        std::uint64_t serial = 0;
        std::uint32_t references = 0;
    };
    struct Probe {
        const T& value;
        std::size_t hash;
    };
    struct HashOf {
        using is_transparent = void;
        const InternPool& pool;
        std::size_t operator()(Id id) const { return pool.entry(id).hash; }
        std::size_t operator()(const Probe& probe) const { return probe.hash; }
    };
    struct Same {
        using is_transparent = void;
        const InternPool& pool;
        bool operator()(Id a, Id b) const { return a == b; }
        bool operator()(Id id, const Probe& probe) const {
            return pool.entry(id).hash == probe.hash && pool.entry(id).value == probe.value;
        }
        bool operator()(const Probe& probe, Id id) const { return (*this)(id, probe); }
    };

    template <class Value>
    Id find_or_add(Value&& value) {
        const Probe probe{value, Hash{}(value)};
        if (const auto found = index_.find(probe); found != index_.end()) {
            ++entry(*found).references;
            return *found;
        }
        Id id = kNone;
        if (free_.empty()) {
            if (end_ % kChunk == 0) {
                chunks_.push_back(std::make_unique<Chunk>());
            }
            id = ++end_;
        } else {
            id = free_.back();
            free_.pop_back();
        }
        entry(id) = {std::forward<Value>(value), probe.hash, ++last_serial_, 1};
        index_.insert(id);
        return id;
    }

    // In pieces, because references must stay good while the pool grows.
    static constexpr Id kChunk = 16;
    using Chunk = std::array<Entry, kChunk>;

    Entry& entry(Id id) { return (*chunks_[(id - 1) / kChunk])[(id - 1) % kChunk]; }
    const Entry& entry(Id id) const { return (*chunks_[(id - 1) / kChunk])[(id - 1) % kChunk]; }

    std::vector<std::unique_ptr<Chunk>> chunks_;
    Id end_ = 0;  // the highest number given out so far
    std::vector<Id> free_;
    boost::unordered_flat_set<Id, HashOf, Same> index_;
    std::uint64_t last_serial_ = 0;
};

}  // namespace routeproof::bgp
