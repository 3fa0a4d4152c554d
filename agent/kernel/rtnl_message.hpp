// The rtnetlink codec: requests as bytes, replies as values. No I/O; sequence number and port are
// filled in by RtnlSocket.
#pragma once

#include "agent/kernel/types.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

struct nlmsghdr;

namespace routeproof::kernel {

using Bytes = std::vector<std::byte>;

struct VethRequest {
    std::string host_name;
    std::string container_name;
    MacAddress host_mac = kHostMac;
    std::uint32_t mtu = 1500;
};

// Requests.
Bytes new_veth(const VethRequest& request);
Bytes set_link_up(int link);
Bytes delete_link(std::string_view name);
Bytes new_address(const InterfaceAddress& address);
/// Create, or replace the route with the same destination, table and metric.
Bytes replace_route(const Route& route);
/// Matches destination, table, metric, type, protocol and next hops, so that a foreign route with
/// the same destination is never hit.
Bytes delete_route(const Route& route);

Bytes dump_links();
Bytes dump_addresses();
Bytes dump_routes(net::Family family);

// Replies; nothing for other messages and for broken ones.
std::optional<Link> read_link(const nlmsghdr* message);
std::optional<InterfaceAddress> read_address(const nlmsghdr* message);
std::optional<Route> read_route(const nlmsghdr* message);

}  // namespace routeproof::kernel
