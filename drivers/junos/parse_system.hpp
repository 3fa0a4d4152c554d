// get-system-information, get-software-information -> DeviceFacts.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"
#include "drivers/netconf/message.hpp"

namespace routeproof::junos {

/// Either reply; with several routing engines the first one speaks for the box.
drivers::Answer<drivers::DeviceFacts> parse_system(const netconf::Reply& reply);

}  // namespace routeproof::junos
