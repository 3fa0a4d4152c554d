// Words for values, and back: what describe() writes and compose() reads.
#pragma once

#include "agent/peering/wire/attribute.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace routeproof::bgpdump {

std::string_view origin_text(bgp::Origin origin);
std::optional<bgp::Origin> origin_of(std::string_view text);

std::string_view segment_text(net::AsPathSegment::Type type);
std::optional<net::AsPathSegment::Type> segment_type_of(std::string_view text);

/// "65000:1:2".
std::string large_text(const bgp::LargeCommunity& large);
std::optional<bgp::LargeCommunity> large_of(std::string_view text);

/// "ipv4-unicast", "ipv6-unicast" (also with a blank or an underscore), or "AFI/SAFI" in numbers.
std::optional<bgp::AfiSafi> family_named(std::string_view text);

/// "optional transitive partial extended", "well-known".
std::string flags_text(std::uint8_t flags);

/// Hex digits, with blanks, colons and commas between octets as people paste them, "0x" before
/// them or not. Nothing if it is anything else.
std::optional<bgp::Bytes> bytes_of(std::string_view hex);

}  // namespace routeproof::bgpdump
