// What a BGP connection asks of the kernel beside octets: TTLs and their check (RFC 5082), TCP MD5
// (RFC 2385), an interface, a bound on how long data may stay unacknowledged.
//
// Every function fails closed: on an error the socket must not be used.
#pragma once

#include "inventory/net/address.hpp"
#include "inventory/secret.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace routeproof::bgp {

/// How the packets of one peer's connections look.
struct SocketOptions {
    std::optional<unsigned> ttl;                // of what we send; none: the system's
    std::optional<unsigned> min_ttl;            // of what we take (GTSM)
    Secret password;                            // empty: none
    std::string interface;                      // packets leave and come by this one; empty: any
    std::chrono::milliseconds user_timeout{0};  // unacknowledged so long: dead; 0: the system's

    friend bool operator==(const SocketOptions&, const SocketOptions&) = default;
};

using boost::system::error_code;

/// For a socket that will connect to `peer`, before it does.
error_code prepare_to_connect(int socket, const net::Address& peer, const SocketOptions& options);
/// For a connection that a listener gave us (save_syn). Also fails when already the SYN came from
/// too far away or was not signed, so that nothing slips in while a listener is being changed.
error_code secure_accepted(int socket, net::Family family, const SocketOptions& options);

/// Internetwork control: keepalives must get through where links are full (RFC 4271 appendix E).
error_code set_precedence(int socket, net::Family family);
error_code set_ttl(int socket, net::Family family, unsigned ttl);
/// 0: no check.
error_code set_min_ttl(int socket, net::Family family, unsigned min_ttl);
/// An empty password removes the peer's key; that there was none is not an error.
error_code set_md5_key(int socket, const net::Address& peer, const Secret& password);
error_code bind_to_interface(int socket, const std::string& interface);
/// Lets a listener remember each SYN for secure_accepted.
error_code save_syn(int listener);

}  // namespace routeproof::bgp
