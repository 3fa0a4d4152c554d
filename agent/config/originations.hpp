// What to announce, as files and requests ask for it: prefixes in the order given, each with its
// attributes. Equal attributes are kept once, so that a million prefixes stay small.
#pragma once

#include "agent/peering/speaker.hpp"

#include <cstdint>
#include <vector>

namespace routeproof::config {

class Originations {
public:
    struct Entry {
        net::Prefix prefix;
        std::uint32_t attributes = 0;  // index of its attributes

        friend bool operator==(const Entry&, const Entry&) = default;
    };

    void reserve(std::size_t entries) { entries_.reserve(entries); }
    /// For entries that share them: hand the index to add().
    std::uint32_t share(bgp::AnnounceAttributes attributes);
    void add(const net::Prefix& prefix, std::uint32_t attributes);
    /// Shares with the entry before if they are equal.
    void add(const net::Prefix& prefix, bgp::AnnounceAttributes attributes);

    const std::vector<Entry>& entries() const { return entries_; }
    const bgp::AnnounceAttributes& attributes(const Entry& entry) const {
        return attributes_[entry.attributes];
    }

private:
    std::vector<Entry> entries_;
    std::vector<bgp::AnnounceAttributes> attributes_;
};

}  // namespace routeproof::config
