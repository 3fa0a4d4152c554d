// A BGP Identifier: any non-zero 32-bit value, unique within an AS (RFC 6286).
#pragma once

#include "inventory/net/address.hpp"

namespace routeproof::net {

class RouterId {
public:
    constexpr RouterId() = default;
    constexpr explicit RouterId(std::uint32_t value) : value_(value) {}

    /// Dotted quad, not 0.0.0.0. Error: Errc::BadAddress.
    static Result<RouterId> parse(std::string_view text) {
        const auto address = Address::parse(text);
        if (!address || !address->is_v4() || address->is_unspecified()) {
            return Errc::BadAddress;
        }
        return RouterId(address->to_v4());
    }

    constexpr std::uint32_t value() const { return value_; }
    std::string to_string() const { return Address::v4(value_).to_string(); }

    /// Unsigned, host order: how RFC 4271 6.8 compares them.
    friend constexpr auto operator<=>(const RouterId&, const RouterId&) = default;

private:
    std::uint32_t value_ = 0;
};

}  // namespace routeproof::net
