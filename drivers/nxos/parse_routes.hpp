// show bgp … (Loc-RIB, or the routes of one neighbour) -> routes of VRF default.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"

#include <string_view>
#include <vector>

namespace routeproof::nxos {

/// Paths whose prefix lies inside one of `pools` (no pools: every prefix). The best path of a
/// multipath set gets the next hops of the set. `table_seen`: VRF default was listed with this
/// address family, empty or not.
/// Failure (stage Parse) if the JSON is not whole, or a prefix or a path inside the pools
/// cannot be read.
drivers::Answer<drivers::RouteTable> parse_routes(std::string_view json,
                                                  net::Family family,
                                                  const std::vector<net::Prefix>& pools);

}  // namespace routeproof::nxos
