// An address prefix (NLRI without its path): a network address and a length, host bits always zero.
#pragma once

#include "inventory/net/address.hpp"

#include <vector>

namespace routeproof::net {

class Prefix {
public:
    /// 0.0.0.0/0.
    constexpr Prefix() = default;
    /// Host bits are cleared; a length beyond the family's width is cut to it.
    Prefix(const Address& address, unsigned length);
    /// The /32 or /128 of one address.
    static Prefix host(const Address& address) { return {address, width(address.family())}; }

    /// Reads ADDRESS/LENGTH. Errors: BadPrefix, BadAddress, BadPrefixLength, HostBitsSet.
    static Result<Prefix> parse(std::string_view text);
    /// As parse, but clears host bits: for text that routers or people wrote loosely.
    static Result<Prefix> parse_lenient(std::string_view text);

    const Address& address() const { return address_; }
    unsigned length() const { return length_; }
    Family family() const { return address_.family(); }
    bool is_host() const { return length_ == width(family()); }

    bool contains(const Address& address) const;
    /// True also for the prefix itself.
    bool contains(const Prefix& other) const;
    bool overlaps(const Prefix& other) const { return contains(other) || other.contains(*this); }

    /// The highest address inside.
    Address last() const;

    std::string to_string() const;

    friend auto operator<=>(const Prefix&, const Prefix&) = default;

private:
    Address address_;
    unsigned length_ = 0;
};

std::ostream& operator<<(std::ostream& out, const Prefix& prefix);

/// The families that occur, IPv4 first.
std::vector<Family> families_of(std::span<const Prefix> prefixes);

}  // namespace routeproof::net

template <>
struct std::hash<routeproof::net::Prefix> {
    std::size_t operator()(const routeproof::net::Prefix& prefix) const noexcept {
        return std::hash<routeproof::net::Address>{}(prefix.address()) * 131 + prefix.length();
    }
};
