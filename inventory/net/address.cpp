#include "inventory/net/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <ostream>

namespace routeproof::net {

Result<Address> Address::parse(std::string_view text) {
    char buffer[INET6_ADDRSTRLEN];
    if (text.empty() || text.size() >= sizeof buffer) {
        return Errc::BadAddress;
    }
    std::memcpy(buffer, text.data(), text.size());
    buffer[text.size()] = '\0';
    // A NUL inside the text would make inet_pton read only its beginning.
    if (std::strlen(buffer) != text.size()) {
        return Errc::BadAddress;
    }
    Address address;
    if (inet_pton(AF_INET, buffer, address.octets_.data()) == 1) {
        return address;
    }
    address.family_ = Family::IPv6;
    if (inet_pton(AF_INET6, buffer, address.octets_.data()) == 1) {
        return address;
    }
    return Errc::BadAddress;
}

Address Address::v4(std::uint32_t host_order) {
    Address address;
    for (unsigned i = 0; i < 4; ++i) {
        address.octets_[i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
    }
    return address;
}

Result<Address> Address::from_octets(std::span<const std::uint8_t> octets) {
    if (octets.size() != 4 && octets.size() != 16) {
        return Errc::BadAddress;
    }
    Address address;
    address.family_ = octets.size() == 4 ? Family::IPv4 : Family::IPv6;
    std::copy(octets.begin(), octets.end(), address.octets_.begin());
    return address;
}

std::uint32_t Address::to_v4() const {
    if (!is_v4()) {
        return 0;
    }
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) {
        value = value << 8 | octets_[i];
    }
    return value;
}

Address Address::masked(unsigned length) const {
    Address result = *this;
    for (unsigned i = length / 8; i < width(family_) / 8; ++i) {
        const unsigned first_bit = 8 * i;
        if (first_bit >= length) {
            result.octets_[i] = 0;
        } else if (length - first_bit < 8) {
            const unsigned kept = length - first_bit;
            result.octets_[i] = static_cast<std::uint8_t>(octets_[i] & (0xFFU << (8 - kept)));
        }
    }
    return result;
}

bool Address::is_loopback() const {
    if (is_v4()) {
        return octets_[0] == 127;
    }
    Address one = any(Family::IPv6);
    one.octets_[15] = 1;
    return *this == one;
}

bool Address::is_multicast() const {
    return is_v4() ? (octets_[0] & 0xF0) == 0xE0 : octets_[0] == 0xFF;
}

bool Address::is_link_local() const {
    return is_v4() ? octets_[0] == 169 && octets_[1] == 254
                   : octets_[0] == 0xFE && (octets_[1] & 0xC0) == 0x80;
}

std::string Address::to_string() const {
    char buffer[INET6_ADDRSTRLEN];
    inet_ntop(is_v4() ? AF_INET : AF_INET6, octets_.data(), buffer, sizeof buffer);
    return buffer;
}

Address Address::any(Family family) {
    Address address;
    address.family_ = family;
    return address;
}

std::ostream& operator<<(std::ostream& out, const Address& address) {
    return out << address.to_string();
}

}  // namespace routeproof::net

std::size_t std::hash<routeproof::net::Address>::operator()(
    const routeproof::net::Address& address) const noexcept {
    const auto octets = address.octets();
    return std::hash<std::string_view>{}(
        std::string_view(reinterpret_cast<const char*>(octets.data()), octets.size()));
}
