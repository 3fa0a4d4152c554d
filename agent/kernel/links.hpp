// The veth pair of one container: what is made, in which order, and how it is taken away.
//
// The host end is named after the endpoint (rp + 11 hex digits), bears the constant MAC and
// 169.254.1.1/32, so that the container's gateway answers ARP by itself and depends on no default
// route of the host. The other end (rc + the same digits) waits in the host's namespace until
// Docker moves it.
#pragma once

#include "agent/kernel/rtnl_socket.hpp"

#include <string_view>

namespace routeproof::kernel {

/// "rp" + the first 11 digits: 13 characters, below the kernel's 15.
std::string host_link_name(std::string_view endpoint_id);
std::string container_link_name(std::string_view endpoint_id);
/// True for a name that host_link_name makes.
bool is_host_link(std::string_view name);

/// 169.254.1.1, every container's gateway.
net::Address gateway_address();

struct ContainerLink {
    std::string endpoint_id;
    std::uint32_t mtu = 1500;
};

/// Makes the pair with the constant MAC, sets the sysctls of the host end, its address, and brings
/// it up. A pair that is there already (an earlier Join, repeated) is brought to the same state if
/// the container's end still waits on the host, else it is made anew. Half-made pairs are removed.
Result<Link> create_link(RtnlSocket& socket, const ContainerLink& wanted);
/// Success if there is none.
Result<void> remove_link(RtnlSocket& socket, std::string_view endpoint_id);
Result<void> remove_link_by_name(RtnlSocket& socket, std::string_view name);

/// The host ends (rp…) of veth pairs that are there.
Result<std::vector<Link>> host_links(RtnlSocket& socket);
/// Names of the container ends (rc…) that no container has: they are in the host's namespace.
Result<std::vector<std::string>> container_ends(RtnlSocket& socket);
/// MTU of the link that holds the address: what containers get when nobody said otherwise.
Result<std::optional<std::uint32_t>> mtu_of_address(RtnlSocket& socket,
                                                    const net::Address& address);

}  // namespace routeproof::kernel
