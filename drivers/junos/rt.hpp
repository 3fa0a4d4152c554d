// What every reader of <rt> and <rt-entry> needs to know.
#pragma once

#include "drivers/netconf/xml.hpp"
#include "inventory/net/prefix.hpp"

#include <optional>
#include <string>
#include <vector>

namespace routeproof::junos {

/// Brief style writes 10.1.0.0/24; detail writes the length apart. EVPN rows have a text there and
/// no prefix at all. In VPN tables the route distinguisher stands in front: then it goes to `rd`,
/// if that is wanted, else the row has no prefix.
std::optional<net::Prefix> prefix_of(const pugi::xml_node& rt, std::string* rd = nullptr);

/// In use for routing: tag *, @ or +, or <current-active/>.
bool is_active(const pugi::xml_node& entry);

}  // namespace routeproof::junos
