// get-route-information with active-path -> what the router forwards by; and the reply to ping.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"
#include "drivers/netconf/message.hpp"

#include <string_view>
#include <vector>

namespace routeproof::junos {

/// Active entries of `table` inside `pools` (none: all). Where a prefix has an entry for forwarding
/// alone ('#'), that one counts.
drivers::Answer<drivers::ForwardingTable> parse_forwarding(const netconf::Reply& reply,
                                                           std::string_view table,
                                                           const std::vector<net::Prefix>& pools);

drivers::Answer<drivers::PingResult> parse_ping(const netconf::Reply& reply);

}  // namespace routeproof::junos
