// What two OPENs make of each other (RFC 4271 6.2, RFC 5492, RFC 6793, RFC 6286).
#pragma once

#include "agent/peering/wire/open.hpp"

#include <chrono>
#include <optional>

namespace routeproof::bgp {

/// What we say about ourselves to one peer.
struct LocalOpen {
    struct Restart {  // RFC 4724 3; N is always offered with it (RFC 8538)
        std::chrono::seconds time{30};
        bool restarting = false;
        bool forwarding_preserved = false;
    };

    net::Asn asn;
    net::RouterId router_id;
    std::chrono::seconds hold_time{90};
    std::vector<AfiSafi> families{kIpv4Unicast};
    std::vector<AfiSafi> extended_next_hop{};  // may have a next hop of the other AFI (RFC 8950)
    std::vector<AfiSafi> add_path_receive{};   // RFC 7911
    std::optional<Restart> graceful_restart{};
    std::optional<Role> role{};  // RFC 9234
    bool role_strict = false;
    /// Without, the OPEN is that of RFC 4271 alone: for a peer that refused optional parameters.
    bool capabilities = true;
};

OpenMessage make_open(const LocalOpen& local);

struct Negotiated {
    net::Asn peer_as;
    net::RouterId peer_id;
    std::chrono::seconds hold_time{0};       // 0: neither hold timer nor keepalives
    std::chrono::milliseconds keepalive{0};  // a third of it, before jitter
    bool internal = false;                   // iBGP
    std::vector<AfiSafi> add_path{};         // what the peer sends carries path identifiers
    std::optional<Role> role{};              // ours, if we have one (RFC 9234)
    std::optional<Role> peer_role{};
    /// The peer's words, if we offered it too (RFC 4724).
    std::optional<capability::GracefulRestart> graceful_restart{};
    bool notification_restart = false;  // both sent N: a NOTIFICATION keeps routes (RFC 8538)
    bool four_octet_as = false;
    bool route_refresh = false;              // the peer understands ROUTE-REFRESH
    std::vector<AfiSafi> families;           // common to both, never empty
    bool enhanced_route_refresh = false;     // both marked refreshes (RFC 7313)
    std::vector<AfiSafi> extended_next_hop;  // both take next hops of the other AFI (RFC 8950)
    std::size_t max_message = 4096;          // what the peer takes (RFC 8654)
    std::size_t max_received = 4096;         // what it may send

    friend bool operator==(const Negotiated&, const Negotiated&) = default;
};

/// `expected_peer_as` none: any but ours. Errors: 2/2 other AS than expected, 2/3 identifier 0 or
/// (iBGP) ours, 2/6 hold time 1 or 2, 2/7 no address family in common (data: the capabilities we
/// would have needed), 2/11 roles that do not fit each other.
Result<Negotiated> negotiate(const LocalOpen& local,
                             std::optional<net::Asn> expected_peer_as,
                             const OpenMessage& peer);

/// What differs between two OPENs of ours, for people: "hold time, families". Empty: nothing.
std::string difference(const LocalOpen& before, const LocalOpen& after);

}  // namespace routeproof::bgp
