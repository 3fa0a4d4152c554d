#include "drivers/junos/parse_forwarding.hpp"

#include "drivers/junos/parse_reply.hpp"
#include "drivers/junos/rt.hpp"
#include "drivers/pools.hpp"

#include <charconv>

namespace routeproof::junos {

using drivers::ForwardingEntry;
using netconf::child;
using netconf::children;
using netconf::text;

namespace {

ForwardingEntry read_entry(const pugi::xml_node& entry,
                           const net::Prefix& prefix,
                           std::string_view table) {
    ForwardingEntry result;
    result.prefix = prefix;
    result.table = table;
    result.protocol = text(entry, "protocol-name");
    result.installed = true;
    for (const auto& hop : children(entry, "nh")) {
        const auto to = net::Address::parse(text(hop, "to"));
        auto interface = text(hop, "via");
        if (interface.empty()) {
            interface = text(hop, "nh-local-interface");
        }
        if (to || !interface.empty()) {
            result.hops.push_back({to ? std::optional(*to) : std::nullopt, std::string(interface)});
        }
    }
    auto type = text(entry, "nh-type");
    if (type.empty()) {
        type = text(child(entry, "nhh"), "nh-type");
    }
    result.discard = result.hops.empty() && (type == "Discard" || type == "Reject");
    return result;
}

}  // namespace

drivers::Answer<drivers::ForwardingTable> parse_forwarding(const netconf::Reply& reply,
                                                           std::string_view table,
                                                           const std::vector<net::Prefix>& pools) {
    const auto found = information(reply, "route-information");
    if (found.empty()) {
        return no_information(reply, "route-information");
    }
    drivers::ForwardingTable result;
    for (const auto& node : found) {
        for (const auto& each : children(node, "route-table")) {
            if (text(each, "table-name") != table) {
                continue;
            }
            result.table_seen = true;
            for (const auto& rt : children(each, "rt")) {
                const auto prefix = prefix_of(rt);
                if (!prefix || !drivers::wanted(*prefix, pools)) {
                    continue;
                }
                pugi::xml_node active;
                for (const auto& entry : children(rt, "rt-entry")) {
                    const auto tag = text(entry, "active-tag");
                    if (tag == "#" || (!active && is_active(entry))) {
                        active = entry;
                    }
                }
                if (active) {
                    result.entries.push_back(read_entry(active, *prefix, table));
                }
            }
        }
    }
    return result;
}

drivers::Answer<drivers::PingResult> parse_ping(const netconf::Reply& reply) {
    const auto summary = netconf::first_descendant(reply.root(), "probe-results-summary");
    const auto number = [&](std::string_view name, unsigned& value) {
        const auto digits = text(summary, name);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return error == std::errc{} && end == digits.data() + digits.size();
    };
    drivers::PingResult result;
    if (!summary || !number("probes-sent", result.sent) ||
        !number("responses-received", result.received)) {
        return no_information(reply, "probe-results-summary");
    }
    return result;
}

}  // namespace routeproof::junos
