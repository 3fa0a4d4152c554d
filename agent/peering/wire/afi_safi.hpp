// An address family as BGP negotiates it (RFC 4760).
#pragma once

#include "agent/peering/wire/iana.hpp"
#include "inventory/net/address.hpp"

#include <compare>
#include <iosfwd>
#include <optional>
#include <string>

namespace routeproof::bgp {

struct AfiSafi {
    Afi afi = Afi::IPv4;
    Safi safi = Safi::Unicast;

    friend auto operator<=>(const AfiSafi&, const AfiSafi&) = default;
};

inline constexpr AfiSafi kIpv4Unicast{Afi::IPv4, Safi::Unicast};
inline constexpr AfiSafi kIpv6Unicast{Afi::IPv6, Safi::Unicast};

constexpr AfiSafi unicast(net::Family family) {
    return family == net::Family::IPv4 ? kIpv4Unicast : kIpv6Unicast;
}

/// Nothing for families whose NLRI we cannot read.
std::optional<net::Family> family_of(AfiSafi family);
/// "ipv4-unicast", or "afi 25 safi 70".
std::string to_string(AfiSafi family);
std::ostream& operator<<(std::ostream& out, AfiSafi family);

}  // namespace routeproof::bgp
