// get-route-information -> routes; every style (brief, detail, extensive), with or without hidden.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"
#include "drivers/netconf/message.hpp"

#include <string>
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

/// A whole reply: every table, and every protocol in it.
struct RoutesReply {
    std::vector<std::string> tables;  // in the order of the reply, empty ones included
    std::vector<drivers::Route> routes;
    std::size_t skipped = 0;  // entries without an IP prefix (EVPN, MPLS)
};

/// As above, without choosing. An AS path that cannot be read is a Failure.
drivers::Answer<RoutesReply> parse_every_route(const netconf::Reply& reply);

}  // namespace routeproof::junos
