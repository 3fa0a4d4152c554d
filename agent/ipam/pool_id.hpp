// The PoolID that Docker stores for us: it carries the prefix itself, so that it means the same
// after the agent lost its store. "172.16.100.0/24" or "172.16.100.0/24;range=172.16.100.128/25".
#pragma once

#include "inventory/net/prefix.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace routeproof::ipam {

struct PoolId {
    net::Prefix subnet;                // --subnet
    std::optional<net::Prefix> range;  // --ip-range: bounds automatic choice only

    std::string to_string() const;
    /// Nothing if the text is not one of ours.
    static std::optional<PoolId> parse(std::string_view text);

    friend bool operator==(const PoolId&, const PoolId&) = default;
};

}  // namespace routeproof::ipam
