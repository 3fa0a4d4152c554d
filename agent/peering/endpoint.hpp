// Between our addresses and Asio's.
#pragma once

#include "inventory/net/address.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <algorithm>

namespace routeproof::bgp {

/// `scope`: interface index; means something with a link-local address only.
inline boost::asio::ip::tcp::endpoint to_endpoint(const net::Address& address,
                                                  std::uint16_t port,
                                                  std::uint32_t scope = 0) {
    if (address.is_v4()) {
        return {boost::asio::ip::address_v4(address.to_v4()), port};
    }
    boost::asio::ip::address_v6::bytes_type octets{};
    std::copy(address.octets().begin(), address.octets().end(), octets.begin());
    return {boost::asio::ip::address_v6(octets, address.is_link_local() ? scope : 0), port};
}

inline net::Address to_address(const boost::asio::ip::address& address) {
    if (address.is_v4()) {
        return net::Address::v4(address.to_v4().to_uint());
    }
    const auto octets = address.to_v6().to_bytes();
    return *net::Address::from_octets(octets);
}

inline std::uint32_t scope_of(const boost::asio::ip::address& address) {
    return address.is_v6() ? static_cast<std::uint32_t>(address.to_v6().scope_id()) : 0;
}

}  // namespace routeproof::bgp
