// show bgp … (Loc-RIB, or the routes of one neighbour) -> routes of VRF default.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace routeproof::nxos {

/// Paths whose prefix lies inside one of `pools` (no pools: every prefix). The best path of a
/// multipath set gets the next hops of the set. `table_seen`: VRF default was listed with this
/// address family, empty or not.
/// From JSON, XML or the table for people. Failure (stage Parse) if it is not whole, or a prefix or
/// a path inside the pools cannot be read.
drivers::Answer<drivers::RouteTable> parse_routes(std::string_view reply,
                                                  net::Family family,
                                                  const std::vector<net::Prefix>& pools);

/// A whole reply: every VRF and address family in it.
struct BgpReply {
    drivers::RouteTable table;
    std::vector<std::string> vrfs;  // "default", or "default, IPv4 Multicast" if not unicast
    std::size_t skipped = 0;        // rows without an IP prefix (EVPN)
};

/// As above, from JSON or XML, without choosing; each path with its own next hop.
drivers::Answer<BgpReply> parse_every_route(std::string_view text);

/// "i", "igp", "IGP" and so on.
std::optional<drivers::Origin> origin_of(std::string_view word);
/// Next hops as NX-OS writes them: ::ffff:10.1.1.1 is 10.1.1.1, 0.0.0.0 is nobody.
std::optional<net::Address> next_hop_of(std::string_view text);

}  // namespace routeproof::nxos
