#include "agent/ipam/range.hpp"

#include <algorithm>
#include <array>

namespace routeproof::ipam {
namespace {

net::Address successor(const net::Address& address) {
    std::array<std::uint8_t, 16> octets{};
    const auto from = address.octets();
    std::copy(from.begin(), from.end(), octets.begin());
    for (std::size_t at = from.size(); at-- > 0;) {
        if (++octets[at] != 0) {
            break;
        }
    }
    return net::Address::from_octets(std::span(octets).first(from.size())).value();
}

}  // namespace

std::optional<net::Prefix> intersection(const net::Prefix& a, const net::Prefix& b) {
    if (a.contains(b)) {
        return b;
    }
    return b.contains(a) ? std::optional(a) : std::nullopt;
}

net::Address next_in(const net::Prefix& range, const net::Address& address) {
    if (!range.contains(address) || address == range.last()) {
        return range.address();
    }
    return successor(address);
}

}  // namespace routeproof::ipam
