// The three classes of routes an agent owns, all under kRouteProtocol in the main table.
//
//   device     172.16.100.1 dev rp… scope link src <host>      metric 0: a container of this host
//   blackhole  blackhole 172.16.100.0/26                       metric 0: an own block; what no
//              container has dies here instead of bouncing between host and leaf
//   learned    172.16.100.64/26 nexthop via … nexthop via …    metric 820: from the leaves
#pragma once

#include "agent/kernel/rtnl_socket.hpp"

namespace routeproof::kernel {

enum class RouteClass { Device, Blackhole, Learned };
/// Nothing for a route that does not bear our protocol number.
std::optional<RouteClass> class_of(const Route& route);

// Values.
Route device_route(const net::Address& address,
                   int link,
                   std::optional<net::Address> preferred_source);
Route blackhole_route(const net::Prefix& block);
/// Precondition: at least one gateway. The kernel spreads flows over them.
Route learned_route(const net::Prefix& prefix, const std::vector<net::Address>& gateways);

// Acts. All idempotent.
Result<void> replace(RtnlSocket& socket, const Route& route);
/// Success if there is no such route.
Result<void> remove(RtnlSocket& socket, const Route& route);

/// Also finds the link by endpoint. `preferred_source` is the host's own address that its packets
/// to the container bear (that of the uplink).
Result<void> add_device_route(RtnlSocket& socket,
                              const net::Address& address,
                              std::string_view endpoint_id,
                              std::optional<net::Address> preferred_source);
/// Removes the device route only if it still leads to this endpoint's link (the same address may
/// already have a new one).
Result<void> remove_device_route(RtnlSocket& socket,
                                 const net::Address& address,
                                 std::string_view endpoint_id);
/// None for a block of one address: it would fight with the container's own route.
Result<void> add_blackhole(RtnlSocket& socket, const net::Prefix& block);
Result<void> remove_blackhole(RtnlSocket& socket, const net::Prefix& block);
/// An empty list of gateways removes the route.
Result<void> set_learned_route(RtnlSocket& socket,
                               const net::Prefix& prefix,
                               const std::vector<net::Address>& gateways);

/// Everything with our protocol number in the main table.
Result<std::vector<Route>> own_routes(RtnlSocket& socket);

}  // namespace routeproof::kernel
