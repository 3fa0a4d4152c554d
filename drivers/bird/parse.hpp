// birdc's text -> facts; BIRD 2.0 to 3.x, with and without the reply codes of `birdc -v`.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::bird {

struct Channel {
    std::string family;  // "ipv4", "ipv6", "vpn4-mpls", ...
    std::string table;

    friend bool operator==(const Channel&, const Channel&) = default;
};

/// One protocol and what it is called: routes name the protocol, not the neighbour.
struct Protocol {
    std::string name;
    std::string kind;  // "BGP", "Kernel", ...
    std::vector<Channel> channels;
    bool keeps_filtered = false;  // it counts filtered routes: `import keep filtered`
    drivers::BgpSession session;  // of a BGP protocol; no AS and no peer for a range of neighbours

    friend bool operator==(const Protocol&, const Protocol&) = default;
};

/// `show protocols all`.
drivers::Answer<std::vector<Protocol>> parse_protocols(std::string_view text);

struct RouteReply {
    drivers::RouteTable table;
    std::vector<std::string> tables;  // those that the reply names
    std::size_t skipped = 0;          // rows of other address families (flow, vpn, roa)
};

/// `show route [all] ...`: every table; BGP paths, and with `every_protocol` the others, too.
/// `peers`: the neighbour of each protocol. Paths inside `pools` (none: all). Failure (stage Parse)
/// if something in it is no such reply, (stage Rpc) with BIRD's words if it refuses.
drivers::Answer<RouteReply> parse_routes(std::string_view text,
                                         const std::map<std::string, net::Address>& peers,
                                         const std::vector<net::Prefix>& pools,
                                         bool every_protocol = false);

/// `show route export KERNEL`: what BIRD gives to the kernel.
drivers::Answer<drivers::ForwardingTable> parse_forwarding(std::string_view text,
                                                           const std::vector<net::Prefix>& pools);

/// `show status`.
drivers::Answer<drivers::DeviceFacts> parse_status(std::string_view text);

/// Lines without the banner and without reply codes; Failure if BIRD refuses the command. "Network
/// not found" is no refusal: it gives no lines.
drivers::Answer<std::vector<std::string_view>> lines_of(std::string_view text);

}  // namespace routeproof::bird
