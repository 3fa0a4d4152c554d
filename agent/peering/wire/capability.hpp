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

struct FourOctetAs {  // RFC 6793
    net::Asn asn;
    friend bool operator==(const FourOctetAs&, const FourOctetAs&) = default;
};

struct Unknown {  // kept for whoever debugs a peer; means nothing to us
    std::uint8_t code = 0;
    Bytes value;
    friend bool operator==(const Unknown&, const Unknown&) = default;
};

}  // namespace capability

using Capability = std::variant<capability::Multiprotocol,
                                capability::RouteRefresh,
                                capability::FourOctetAs,
                                capability::Unknown>;

/// Reads capabilities to the reader's end and appends. Fails the reader at one that overruns its
/// parameter, or whose length its RFC does not allow.
void read_capabilities(Reader& reader, std::vector<Capability>& capabilities);

/// Code, length, value.
void write_capability(Writer& writer, const Capability& capability);

}  // namespace routeproof::bgp
