// Capabilities (RFC 5492) as they stand in an OPEN.
#pragma once

#include "agent/peering/wire/afi_safi.hpp"
#include "agent/peering/wire/notification.hpp"
#include "inventory/net/asn.hpp"

#include <variant>

namespace routeproof::bgp {

namespace capability {

struct Multiprotocol {  // RFC 4760 8
    AfiSafi family;
    friend bool operator==(const Multiprotocol&, const Multiprotocol&) = default;
};

struct RouteRefresh {  // RFC 2918
    friend bool operator==(const RouteRefresh&, const RouteRefresh&) = default;
};

struct ExtendedNextHop {  // RFC 8950 4
    struct Entry {        // prefixes of `family` may have a next hop of this other AFI
        AfiSafi family;
        Afi next_hop = Afi::IPv6;
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    std::vector<Entry> entries;
    friend bool operator==(const ExtendedNextHop&, const ExtendedNextHop&) = default;
};

struct ExtendedMessage {  // RFC 8654
    friend bool operator==(const ExtendedMessage&, const ExtendedMessage&) = default;
};

struct Role {  // RFC 9234 4.1
    bgp::Role role = bgp::Role::Peer;
    friend bool operator==(const Role&, const Role&) = default;
};

struct GracefulRestart {  // RFC 4724 3, RFC 8538 2
    struct Entry {
        AfiSafi family;
        bool forwarding_preserved = false;  // F
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    bool restarting = false;         // R: the sender has just restarted
    bool notification = false;       // N: a NOTIFICATION other than Hard Reset keeps the routes
    std::uint16_t restart_time = 0;  // seconds, 12 bits
    std::vector<Entry> entries;
    friend bool operator==(const GracefulRestart&, const GracefulRestart&) = default;
};

struct FourOctetAs {  // RFC 6793
    net::Asn asn;
    friend bool operator==(const FourOctetAs&, const FourOctetAs&) = default;
};

struct AddPath {  // RFC 7911 4
    enum class Mode : std::uint8_t { Receive = 1, Send = 2, Both = 3 };
    struct Entry {
        AfiSafi family;
        Mode mode = Mode::Receive;  // what the sender of the capability can do
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    std::vector<Entry> entries;
    friend bool operator==(const AddPath&, const AddPath&) = default;
};

struct EnhancedRouteRefresh {  // RFC 7313
    friend bool operator==(const EnhancedRouteRefresh&, const EnhancedRouteRefresh&) = default;
};

struct Unknown {  // kept for whoever debugs a peer; means nothing to us
    std::uint8_t code = 0;
    Bytes value;
    friend bool operator==(const Unknown&, const Unknown&) = default;
};

}  // namespace capability

using Capability = std::variant<capability::Multiprotocol,
                                capability::RouteRefresh,
                                capability::ExtendedNextHop,
                                capability::ExtendedMessage,
                                capability::Role,
                                capability::GracefulRestart,
                                capability::FourOctetAs,
                                capability::AddPath,
                                capability::EnhancedRouteRefresh,
                                capability::Unknown>;

/// Reads capabilities to the reader's end and appends. Fails the reader at one that overruns its
/// parameter, or whose length its RFC does not allow.
void read_capabilities(Reader& reader, std::vector<Capability>& capabilities);

/// Code, length, value.
void write_capability(Writer& writer, const Capability& capability);

}  // namespace routeproof::bgp
