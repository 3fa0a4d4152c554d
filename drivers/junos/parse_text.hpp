// The text of Junos' command line: `show route` brief, terse, detail and extensive, and
// receive-protocol and advertising-protocol. For saved files; devices are asked in XML.
#pragma once

#include "drivers/junos/parse_routes.hpp"

#include <string_view>

namespace routeproof::junos {

/// True if it has the heading of a table: "inet.0: 5 destinations, 6 routes (...)".
bool looks_like_routes(std::string_view text);

/// Every table. An AS path that cannot be read is a Failure.
drivers::Answer<RoutesReply> parse_text(std::string_view text);

}  // namespace routeproof::junos
