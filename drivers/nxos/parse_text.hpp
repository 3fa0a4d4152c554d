// The text that NX-OS prints for people: the last way to read it, and what is found in saved files.
#pragma once

#include "drivers/nxos/parse_routes.hpp"

#include <optional>
#include <string_view>

namespace routeproof::nxos {

enum class TextKind {
    BgpTable,    // show bgp, show ip bgp, ... neighbors X routes: a row per path
    BgpDetail,   // show bgp PREFIX, ... detail: a block per path
    Forwarding,  // show ip route, show ipv6 route
    Other,
};

/// By the headings. A table may follow a prompt, a banner, or a complaint about a neighbour.
TextKind kind_of(std::string_view text);

/// What parse_bgp_text() and parse_forwarding_text() are for: neither JSON nor XML.
bool is_printed(std::string_view reply);

/// BgpTable and BgpDetail. A row that looks like a path and cannot be read is a Failure.
drivers::Answer<BgpReply> parse_bgp_text(std::string_view text);
drivers::Answer<drivers::ForwardingTable> parse_forwarding_text(std::string_view text);

}  // namespace routeproof::nxos
