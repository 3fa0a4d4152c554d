// show ip route, show ipv6 route -> what NX-OS forwards by (URIB).
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"

#include <string_view>
#include <vector>

namespace routeproof::nxos {

/// Best entries of `vrf` (empty: every VRF) inside `pools` (none: all), one per prefix and
/// protocol; from JSON, XML or text. `tag` there is the neighbour's AS and no origin: it is not
/// read.
drivers::Answer<drivers::ForwardingTable> parse_forwarding(std::string_view reply,
                                                           std::string_view vrf,
                                                           const std::vector<net::Prefix>& pools);

}  // namespace routeproof::nxos
