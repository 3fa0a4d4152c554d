// Between our addresses and Asio's.
#pragma once

#include "inventory/net/address.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <algorithm>

namespace routeproof::bgp {

inline boost::asio::ip::tcp::endpoint to_endpoint(const net::Address& address, std::uint16_t port) {
    if (address.is_v4()) {
        return {boost::asio::ip::address_v4(address.to_v4()), port};
    }
    boost::asio::ip::address_v6::bytes_type octets{};
    std::copy(address.octets().begin(), address.octets().end(), octets.begin());
    return {boost::asio::ip::address_v6(octets), port};
}

inline net::Address to_address(const boost::asio::ip::address& address) {
    if (address.is_v4()) {
        return net::Address::v4(address.to_v4().to_uint());
    }
    const auto octets = address.to_v6().to_bytes();
    return *net::Address::from_octets(octets);
}

}  // namespace routeproof::bgp
