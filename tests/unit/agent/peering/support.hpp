// Short ways to write what these tests compare.
#pragma once

#include "agent/peering/wire/buffer.hpp"
#include "inventory/net/as_path.hpp"
#include "inventory/net/prefix.hpp"

#include <string_view>
#include <vector>

namespace routeproof::bgp {

/// Hex digits; blanks are for the eye.
inline Bytes hex(std::string_view text) {
    Bytes octets;
    int high = -1;
    for (const char c : text) {
        if (c == ' ') {
            continue;
        }
        const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
        if (high < 0) {
            high = digit;
        } else {
            octets.push_back(static_cast<std::uint8_t>(high << 4 | digit));
            high = -1;
        }
    }
    return octets;
}

inline net::Prefix prefix(std::string_view text) {
    return net::Prefix::parse(text).value();
}
inline net::Address address(std::string_view text) {
    return net::Address::parse(text).value();
}

inline net::AsPath path(const std::vector<std::uint32_t>& numbers) {
    std::vector<net::Asn> asns;
    for (const auto number : numbers) {
        asns.emplace_back(number);
    }
    return net::AsPath::sequence(std::move(asns));
}

}  // namespace routeproof::bgp
