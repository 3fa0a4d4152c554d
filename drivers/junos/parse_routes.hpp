// get-route-information -> routes; every style (brief, detail, extensive), with or without hidden.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"
#include "drivers/netconf/message.hpp"

#include <string_view>
#include <vector>

namespace routeproof::junos {

/// BGP entries of `table` whose prefix lies inside one of `pools` (no pools: every prefix).
/// `table_seen` says that the reply named the table, with routes or without.
/// Failure (stage Parse) if an entry inside the pools cannot be read, or in inet.0 and inet6.0 a
/// destination: a table that is not whole proves nothing. Failure (stage Rpc) with the router's
/// words if it sent text in place of tables.
drivers::Answer<drivers::RouteTable> parse_routes(const netconf::Reply& reply,
                                                  std::string_view table,
                                                  const std::vector<net::Prefix>& pools);

}  // namespace routeproof::junos
