// get-bgp-neighbor-information -> sessions of the default instance.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"
#include "drivers/netconf/message.hpp"

#include <vector>

namespace routeproof::junos {

/// Counts are those of inet.0 and inet6.0 together; absent while the session is down.
drivers::Answer<std::vector<drivers::BgpSession>> parse_sessions(const netconf::Reply& reply);

}  // namespace routeproof::junos
