// Longest-match map from prefixes to values.
//
// A sorted map and one look-up per distinct prefix length: with the handful of lengths that a pool
// has (/24, /26, /32) this is a few comparisons, and it needs no trie to be right.
#pragma once

#include "inventory/net/prefix.hpp"

#include <map>
#include <utility>

namespace routeproof::net {

template <class T>
class PrefixMap {
public:
    using Map = std::map<Prefix, T>;
    using const_iterator = typename Map::const_iterator;

    /// Replaces what the prefix held before.
    void insert_or_assign(const Prefix& prefix, T value) {
        const auto [at, added] = values_.insert_or_assign(prefix, std::move(value));
        if (added) {
            ++lengths_[key(at->first)];
        }
    }

    bool erase(const Prefix& prefix) {
        if (values_.erase(prefix) == 0) {
            return false;
        }
        const auto at = lengths_.find(key(prefix));
        if (--at->second == 0) {
            lengths_.erase(at);
        }
        return true;
    }

    T& operator[](const Prefix& prefix) {
        const auto [at, added] = values_.try_emplace(prefix);
        if (added) {
            ++lengths_[key(prefix)];
        }
        return at->second;
    }

    /// The most specific entry that covers the address, or end().
    const_iterator longest_match(const Address& address) const {
        for (auto at = lengths_.rbegin(); at != lengths_.rend(); ++at) {
            if (at->first.first != address.family()) {
                continue;
            }
            const auto found = values_.find(Prefix(address, at->first.second));
            if (found != values_.end()) {
                return found;
            }
        }
        return values_.end();
    }

    const_iterator find(const Prefix& prefix) const { return values_.find(prefix); }
    const_iterator begin() const { return values_.begin(); }
    const_iterator end() const { return values_.end(); }
    bool empty() const { return values_.empty(); }
    std::size_t size() const { return values_.size(); }

private:
    using Key = std::pair<Family, unsigned>;
    static Key key(const Prefix& prefix) { return {prefix.family(), prefix.length()}; }

    Map values_;
    std::map<Key, std::size_t> lengths_;
};

}  // namespace routeproof::net
