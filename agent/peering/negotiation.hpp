// What two OPENs make of each other (RFC 4271 6.2, RFC 5492, RFC 6793, RFC 6286).
#pragma once

#include "agent/peering/wire/open.hpp"

#include <chrono>

namespace routeproof::bgp {

/// What we say about ourselves to one peer.
struct LocalOpen {
    net::Asn asn;
    net::RouterId router_id;
    std::chrono::seconds hold_time{90};
    std::vector<AfiSafi> families{kIpv4Unicast};
};

OpenMessage make_open(const LocalOpen& local);

struct Negotiated {
    net::Asn peer_as;
    net::RouterId peer_id;
    std::chrono::seconds hold_time{0};       // 0: neither hold timer nor keepalives
    std::chrono::milliseconds keepalive{0};  // a third of it, before jitter
    bool internal = false;                   // iBGP
    bool four_octet_as = false;
    bool route_refresh = false;              // the peer understands ROUTE-REFRESH
    std::vector<AfiSafi> families;           // common to both, never empty
    bool enhanced_route_refresh = false;     // both marked refreshes (RFC 7313)
    std::vector<AfiSafi> extended_next_hop;  // both take next hops of the other AFI (RFC 8950)
    std::size_t max_message = 4096;          // what the peer takes (RFC 8654)
    std::size_t max_received = 4096;         // what it may send

    friend bool operator==(const Negotiated&, const Negotiated&) = default;
};

/// Errors: 2/2 other AS than configured, 2/3 identifier 0 or (iBGP) ours, 2/6 hold time 1 or 2,
/// 2/7 no address family in common (data: the capabilities we would have needed).
Result<Negotiated> negotiate(const LocalOpen& local,
                             net::Asn expected_peer_as,
                             const OpenMessage& peer);

}  // namespace routeproof::bgp
