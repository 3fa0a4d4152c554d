// Communities as people write them.
#pragma once

#include "agent/peering/wire/attribute.hpp"

#include <optional>
#include <string_view>

namespace routeproof::config {

/// "65000:100", or a well-known name: graceful-shutdown, no-export, no-advertise,
/// no-export-subconfed, no-peer.
std::optional<net::Community> parse_community(std::string_view text);
/// "65000:1:2", each number of 32 bits (RFC 8092 5).
std::optional<bgp::LargeCommunity> parse_large_community(std::string_view text);

inline constexpr const char* kCommunityForm =
    "write one such as 65000:100 (each half 0-65535) or no-export";
inline constexpr const char* kLargeCommunityForm =
    "write one such as 65000:1:2 (three numbers, each 0-4294967295)";

}  // namespace routeproof::config
