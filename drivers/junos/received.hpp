// What a peer sent, put together from Junos' partial views of it.
#pragma once

#include "drivers/facts.hpp"

#include <vector>

namespace routeproof::junos {

/// Hidden entries without a reason (receive-protocol need not print one).
bool lacks_reason(const drivers::RouteTable& hidden);

/// `usable` and `hidden`: receive-protocol without and with <hidden/>. `rib_hidden`: hidden routes
/// of the routing table, from all peers, which carry the reason. A prefix that is usable is never
/// reported as rejected.
std::vector<drivers::ReceivedRoute> merge_received(const net::Address& peer,
                                                   const drivers::RouteTable& usable,
                                                   const drivers::RouteTable& hidden,
                                                   const drivers::RouteTable& rib_hidden);

}  // namespace routeproof::junos
