// What the kernel says about an interface, as much as an unnumbered session needs.
#pragma once

#include "inventory/net/address.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace routeproof::bgp::unnumbered {

struct LinkState {
    std::uint32_t index = 0;
    net::Address link_local;  // ours
    std::optional<std::array<std::uint8_t, 6>> mac;

    friend bool operator==(const LinkState&, const LinkState&) = default;
};

/// `found` is nothing while the interface is not there, is down, has no carrier or no link-local
/// address. False: the kernel could not be asked (errno says why), and nothing is known.
bool read_link_state(const std::string& interface, std::optional<LinkState>& found);

/// Advertisements are read by us and not by the kernel, which would make a default route and
/// addresses of them. False: it could not be set.
bool ignore_advertisements_in_kernel(const std::string& interface);

}  // namespace routeproof::bgp::unnumbered
