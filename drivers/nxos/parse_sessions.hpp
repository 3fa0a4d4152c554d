// show bgp vrf all all summary -> sessions of VRF default.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"

#include <string_view>
#include <vector>

namespace routeproof::nxos {

/// The summary counts prefixes after inbound policy only: `accepted`, summed over the unicast
/// families, and absent while a session is down. An unknown state word means down.
/// From JSON, XML or text. Failure (stage Parse) if it is not whole, lists no VRF, or a neighbour
/// cannot be read.
drivers::Answer<std::vector<drivers::BgpSession>> parse_sessions(std::string_view json);

}  // namespace routeproof::nxos
