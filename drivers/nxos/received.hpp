// What a neighbour sent, from its routes before and after inbound policy.
#pragma once

#include "drivers/facts.hpp"

#include <vector>

namespace routeproof::nxos {

/// NX-OS keeps no reason: a path is rejected if it was received and is not among the accepted.
std::vector<drivers::ReceivedRoute> merge_received(const net::Address& peer,
                                                   const drivers::RouteTable& received,
                                                   const drivers::RouteTable& accepted);

}  // namespace routeproof::nxos
