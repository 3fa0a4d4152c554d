// From a captured packet to its TCP segment.
#pragma once

#include "inventory/net/address.hpp"
#include "verifier/bgpdump/capture.hpp"

#include <compare>
#include <optional>

namespace routeproof::bgpdump {

struct Endpoint {
    net::Address address;
    std::uint16_t port = 0;

    /// "192.0.2.1:179", "[2001:db8::1]:179".
    std::string to_string() const;
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

struct Segment {
    Endpoint from;
    Endpoint to;
    std::uint32_t sequence = 0;
    bool syn = false;
    bool fin = false;
    bool reset = false;
    bgp::ByteView payload;
};

/// Nothing if the packet holds no whole TCP header: other protocols, later IP fragments, unknown
/// link layers. Reads Ethernet with VLAN tags, Linux cooked captures, loopback, raw IP, PPP.
std::optional<Segment> segment_of(const Packet& packet);

}  // namespace routeproof::bgpdump
