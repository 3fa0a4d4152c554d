// Standard communities (RFC 1997) as values.
#pragma once

#include "inventory/net/errors.hpp"

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

namespace routeproof::net {

class Community {
public:
    constexpr Community() = default;
    constexpr explicit Community(std::uint32_t value) : value_(value) {}
    constexpr Community(std::uint16_t asn, std::uint16_t value)
        : value_(static_cast<std::uint32_t>(asn) << 16 | value) {}

    /// Reads ASN:VALUE. Error: Errc::BadCommunity.
    static Result<Community> parse(std::string_view text);

    constexpr std::uint32_t value() const { return value_; }
    std::string to_string() const;

    friend constexpr auto operator<=>(const Community&, const Community&) = default;

private:
    std::uint32_t value_ = 0;
};

// Well-known ones (RFC 1997, RFC 3765): do not pass on to other ASes, to anybody, to other members
// of the confederation, to bilateral peers.
inline constexpr Community kNoExport{0xFFFFFF01};
inline constexpr Community kNoAdvertise{0xFFFFFF02};
inline constexpr Community kNoExportSubconfed{0xFFFFFF03};
inline constexpr Community kNoPeer{0xFFFFFF04};

/// RFC 8326: a route that is about to go away; receivers prefer any other.
inline constexpr Community kGracefulShutdown{0xFFFF0000};

std::ostream& operator<<(std::ostream& out, const Community& community);

}  // namespace routeproof::net
