// The commands we ask of NX-OS, without the output filter.
#pragma once

#include "inventory/net/address.hpp"

#include <string>

namespace routeproof::nxos {

/// "ipv4 unicast" or "ipv6 unicast", and the same as replies spell it.
std::string address_family(net::Family family);
std::string address_family_name(net::Family family);

std::string show_version();
std::string show_bgp_summary();
std::string show_bgp(net::Family family);
/// What one neighbour sent: before inbound policy (kept only with soft-reconfiguration), after it.
std::string show_received_routes(const net::Address& peer, net::Family family);
std::string show_accepted_routes(const net::Address& peer, net::Family family);

/// The unicast RIB: what NX-OS forwards by.
std::string show_forwarding(net::Family family);
std::string ping(const net::Address& destination);

}  // namespace routeproof::nxos
