#include "drivers/frr/json.hpp"
#include "drivers/frr/parse_routes.hpp"
#include "drivers/pools.hpp"

namespace routeproof::frr {

using drivers::ForwardingEntry;
using drivers::ForwardingHop;

namespace {

void read_hops(const Json& hops, ForwardingEntry& entry) {
    for (const Json& hop : hops) {
        if (truth(member(hop, {"blackhole", "reject", "unreachable"}))) {
            entry.discard = true;
            continue;
        }
        // Of a recursive next hop FRR lists what it resolves to behind it: that is what forwards.
        if (truth(member(hop, {"recursive"})) || truth(member(hop, {"duplicate"}))) {
            continue;
        }
        const Json& fib = member(hop, {"fib"});
        const Json& active = member(hop, {"active"});
        if (truth(fib) || (fib.is_null() && truth(active))) {
            entry.hops.push_back(
                {address(member(hop, {"ip"})), text(member(hop, {"interfaceName"}))});
        }
    }
}

bool is_entry_list(const Json& value) {
    return value.is_array() && !value.empty() && value.front().is_object() &&
           value.front().contains("protocol");
}

bool read_table(const Json& routes,
                const std::string& vrf_by_key,
                std::string_view wanted_vrf,
                const std::vector<net::Prefix>& pools,
                drivers::ForwardingTable& table) {
    for (const auto& [key, entries] : routes.items()) {
        const auto prefix = net::Prefix::parse_lenient(key);
        if (!prefix || !is_entry_list(entries)) {
            return false;
        }
        table.table_seen = true;
        if (!drivers::wanted(*prefix, pools)) {
            continue;
        }
        for (const Json& each : entries) {
            ForwardingEntry entry;
            entry.prefix = *prefix;
            const std::string named = text(member(each, {"vrfName"}));
            entry.table = !named.empty() ? named : vrf_by_key.empty() ? "default" : vrf_by_key;
            if (!truth(member(each, {"selected"})) ||
                (!wanted_vrf.empty() && entry.table != wanted_vrf)) {
                continue;
            }
            entry.protocol = text(member(each, {"protocol"}));
            entry.installed = truth(member(each, {"installed"}));
            read_hops(member(each, {"nexthops"}), entry);
            table.entries.push_back(std::move(entry));
        }
    }
    return true;
}

}  // namespace

bool looks_like_forwarding(std::string_view json) {
    const auto document = parse_json(json);
    if (!document || document->empty()) {
        return false;
    }
    const Json& first = *document->begin();
    return is_entry_list(first) ||
           (first.is_object() && !first.empty() && is_entry_list(*first.begin()));
}

drivers::Answer<drivers::ForwardingTable> parse_forwarding(std::string_view json,
                                                           std::string_view vrf,
                                                           const std::vector<net::Prefix>& pools) {
    const auto document = parse_json(json);
    if (!document) {
        return document.error();
    }
    drivers::ForwardingTable table;
    table.table_seen = true;  // an empty table is {}
    if (read_table(*document, {}, vrf, pools, table)) {
        return table;
    }
    table.entries.clear();
    for (const auto& [key, routes] : document->items()) {
        if (!routes.is_object() || !read_table(routes, key, vrf, pools, table)) {
            return parse_failure("answers JSON that is no routing table: it has a member \"" + key +
                                 '"');
        }
    }
    return table;
}

}  // namespace routeproof::frr
