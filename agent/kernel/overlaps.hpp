// Is a pool already in use by the machine? Its containers would then answer for somebody else's
// addresses.
#pragma once

#include "agent/kernel/rtnl_socket.hpp"

namespace routeproof::kernel {

struct Overlap {
    enum class What { Address, Route };
    What what = What::Address;
    net::Prefix prefix;         // of the interface address or the route
    std::string interface;      // name; empty for a route without one
    std::uint8_t protocol = 0;  // of the route (RTPROT_*)

    /// "interface eth1 has 172.16.100.7/24" / "a route to 172.16.100.0/25 leads to eth1".
    std::string to_string() const;

    friend bool operator==(const Overlap&, const Overlap&) = default;
};

/// Pure half. Not counted: routes of our own protocol, the default route, rp… links, and routes
/// through a gateway that are wider than the pool (they are a way to the rest of the world, as a
/// default is).
std::vector<Overlap> overlaps_of(const net::Prefix& pool,
                                 const std::vector<Link>& links,
                                 const std::vector<InterfaceAddress>& addresses,
                                 const std::vector<Route>& routes);

Result<std::vector<Overlap>> foreign_overlaps(RtnlSocket& socket, const net::Prefix& pool);

}  // namespace routeproof::kernel
