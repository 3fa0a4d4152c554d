// The operations we ask of Junos: the XML below <rpc>.
#pragma once

#include "inventory/net/address.hpp"

#include <string>
#include <string_view>

namespace routeproof::junos {

inline constexpr std::string_view kInet0 = "inet.0";
inline constexpr std::string_view kInet6 = "inet6.0";

/// The unicast table of the default instance for a family.
std::string_view table_of(net::Family family);

std::string system_information();
std::string software_information();
std::string bgp_neighbors();

enum class Show {
    Usable,  // what may be used: the default
    Hidden,  // only what may not: rejected by policy, unresolved, looped
};

/// BGP routes of one table. Detail style: the only one with peer, BGP next hop and reason.
std::string bgp_routes(std::string_view table, Show show);
/// The active routes of one table, of every protocol: what the router forwards by.
std::string active_routes(std::string_view table);
/// Three echo requests.
std::string ping_request(const net::Address& destination);
/// What one peer sent, before import policy.
std::string received_routes(std::string_view table, const net::Address& peer, Show show);

}  // namespace routeproof::junos
