// AS numbers (RFC 6793) and their text forms (RFC 5396).
#pragma once

#include "inventory/net/errors.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace routeproof::net {

class Asn {
public:
    constexpr Asn() = default;
    constexpr explicit Asn(std::uint32_t value) : value_(value) {}

    /// asplain ("4200000017") or asdot/asdot+ ("64086.59921"). 0 is refused: RFC 7607 lets it
    /// identify nobody. Error: Errc::BadAsn.
    static Result<Asn> parse(std::string_view text);

    constexpr std::uint32_t value() const { return value_; }
    constexpr bool fits_16_bits() const { return value_ <= 0xFFFF; }
    /// asplain, as RFC 5396 recommends.
    std::string to_string() const { return std::to_string(value_); }

    friend constexpr auto operator<=>(const Asn&, const Asn&) = default;

private:
    std::uint32_t value_ = 0;
};

/// What a speaker with a 4-octet number puts into 2-octet fields (RFC 6793 section 9).
inline constexpr Asn kAsTrans{23456};

std::ostream& operator<<(std::ostream& out, const Asn& asn);

}  // namespace routeproof::net

template <>
struct std::hash<routeproof::net::Asn> {
    std::size_t operator()(const routeproof::net::Asn& asn) const noexcept {
        return std::hash<std::uint32_t>{}(asn.value());
    }
};
