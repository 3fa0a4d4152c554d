// An IPv4 or IPv6 address as a value: 16 octets, network order, no scope.
#pragma once

#include "inventory/net/errors.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace routeproof::net {

enum class Family : std::uint8_t { IPv4, IPv6 };

/// Width of an address in bits: 32 or 128.
constexpr unsigned width(Family family) {
    return family == Family::IPv4 ? 32 : 128;
}

class Address {
public:
    /// 0.0.0.0.
    constexpr Address() = default;

    /// Reads a dotted quad or RFC 4291 text; no scope, no port, no blanks. Error: Errc::BadAddress.
    static Result<Address> parse(std::string_view text);
    /// From host byte order: Address::v4(0xAC106401) is 172.16.100.1.
    static Address v4(std::uint32_t host_order);
    /// From 4 or 16 octets in network order; any other size is BadAddress.
    static Result<Address> from_octets(std::span<const std::uint8_t> octets);

    Family family() const { return family_; }
    bool is_v4() const { return family_ == Family::IPv4; }
    /// 4 or 16 octets in network order; lives as long as the address.
    std::span<const std::uint8_t> octets() const { return {octets_.data(), width(family_) / 8}; }
    /// Host byte order; 0 for an IPv6 address.
    std::uint32_t to_v4() const;
    /// Bit 0 is the most significant. Precondition: index < width(family()).
    bool bit(unsigned index) const { return ((octets_[index / 8] >> (7 - index % 8)) & 1) != 0; }
    /// All bits from `length` on cleared.
    Address masked(unsigned length) const;
    bool is_unspecified() const { return *this == any(family_); }
    bool is_loopback() const;
    bool is_multicast() const;
    bool is_link_local() const;

    /// RFC 5952 form for IPv6.
    std::string to_string() const;

    static Address any(Family family);

    /// IPv4 before IPv6, then numeric: the order in which routers print tables.
    friend auto operator<=>(const Address&, const Address&) = default;

private:
    Family family_ = Family::IPv4;
    std::array<std::uint8_t, 16> octets_{};
};

std::ostream& operator<<(std::ostream& out, const Address& address);

}  // namespace routeproof::net

template <>
struct std::hash<routeproof::net::Address> {
    std::size_t operator()(const routeproof::net::Address& address) const noexcept;
};
