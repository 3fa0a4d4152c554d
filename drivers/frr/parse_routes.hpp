// vtysh's JSON -> routes. The shapes differ by command and by release (8.4 to 10): a path may be an
// object in an array under its prefix, or stand in "paths"; its AS path may be a string or an
// object with one; its next hops may be an array or one string.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace routeproof::frr {

/// What one reply holds: a table of `show bgp`, or `received-routes` of a neighbour.
struct BgpReply {
    drivers::RouteTable table;
    std::vector<std::string> vrfs;  // those that the reply names, "default" if it names none
    std::size_t skipped = 0;        // rows without an IP prefix (EVPN)
};

/// Paths of `vrf` inside `pools` (none: all); the best path of a multipath set gets the next hops
/// of the set. Without a `vrf`: of every VRF, each path with its own next hop. Failure (stage
/// Parse) if it is no whole JSON, no such reply, or a prefix or path inside the pools cannot be
/// read.
drivers::Answer<BgpReply> parse_routes(std::string_view json,
                                       std::string_view vrf,
                                       const std::vector<net::Prefix>& pools);

/// `show ip route json`, `show ipv6 route json`, also of all VRFs.
drivers::Answer<drivers::ForwardingTable> parse_forwarding(std::string_view json,
                                                           std::string_view vrf,
                                                           const std::vector<net::Prefix>& pools);

/// True if the JSON has the shape of `show ip route json`.
bool looks_like_forwarding(std::string_view json);

/// `show bgp summary json`; the default instance if the reply is of all VRFs.
drivers::Answer<std::vector<drivers::BgpSession>> parse_sessions(std::string_view json);

/// `show version`, the text.
drivers::Answer<drivers::DeviceFacts> parse_version(std::string_view text);

}  // namespace routeproof::frr
