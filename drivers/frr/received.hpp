// What a neighbour sent, put together from FRR's three views of it.
#pragma once

#include "drivers/facts.hpp"

#include <string>
#include <vector>

namespace routeproof::frr {

/// `received` and `filtered`: before policy, all and the rejected ones. `accepted`: after it.
/// `policy`: the words for what filters ("route-map HOSTS"), empty if not known.
std::vector<drivers::ReceivedRoute> merge_received(const net::Address& peer,
                                                   const drivers::RouteTable& received,
                                                   const drivers::RouteTable& filtered,
                                                   const drivers::RouteTable& accepted,
                                                   const std::string& policy);

/// The inbound policy in `show bgp neighbors X json`, for people: "route-map HOSTS, prefix-list P".
std::string inbound_policy(std::string_view json, net::Family family);

}  // namespace routeproof::frr
