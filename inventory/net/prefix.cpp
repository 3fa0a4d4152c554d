#include "inventory/net/prefix.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ostream>

namespace routeproof::net {
namespace {

struct Parts {
    Address address;
    unsigned length = 0;
};

Result<Parts> split(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) {
        return Errc::BadPrefix;
    }
    const auto address = Address::parse(text.substr(0, slash));
    if (!address) {
        return address.error();
    }
    const auto digits = text.substr(slash + 1);
    Parts parts{*address, 0};
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), parts.length);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty()) {
        return Errc::BadPrefix;
    }
    if (parts.length > width(address->family())) {
        return Errc::BadPrefixLength;
    }
    return parts;
}

}  // namespace

Prefix::Prefix(const Address& address, unsigned length)
    : address_(address.masked(length)), length_(std::min(length, width(address.family()))) {}

Result<Prefix> Prefix::parse(std::string_view text) {
    const auto parts = split(text);
    if (!parts) {
        return parts.error();
    }
    const Prefix prefix(parts->address, parts->length);
    if (prefix.address() != parts->address) {
        return Errc::HostBitsSet;
    }
    return prefix;
}

Result<Prefix> Prefix::parse_lenient(std::string_view text) {
    const auto parts = split(text);
    if (!parts) {
        return parts.error();
    }
    return Prefix(parts->address, parts->length);
}

bool Prefix::contains(const Address& address) const {
    return address.family() == family() && address.masked(length_) == address_;
}

bool Prefix::contains(const Prefix& other) const {
    return other.length_ >= length_ && contains(other.address_);
}

Address Prefix::last() const {
    std::array<std::uint8_t, 16> octets{};
    const auto from = address_.octets();
    std::copy(from.begin(), from.end(), octets.begin());
    for (unsigned bit = length_; bit < width(family()); ++bit) {
        octets[bit / 8] = static_cast<std::uint8_t>(octets[bit / 8] | (0x80U >> (bit % 8)));
    }
    return *Address::from_octets({octets.data(), from.size()});
}

std::string Prefix::to_string() const {
    return address_.to_string() + "/" + std::to_string(length_);
}

std::ostream& operator<<(std::ostream& out, const Prefix& prefix) {
    return out << prefix.to_string();
}

std::vector<Family> families_of(std::span<const Prefix> prefixes) {
    std::vector<Family> found;
    for (const auto family : {Family::IPv4, Family::IPv6}) {
        if (std::any_of(prefixes.begin(), prefixes.end(), [family](const Prefix& prefix) {
                return prefix.family() == family;
            })) {
            found.push_back(family);
        }
    }
    return found;
}

}  // namespace routeproof::net
