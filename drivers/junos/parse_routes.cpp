#include "drivers/junos/parse_routes.hpp"

#include "drivers/junos/as_path_text.hpp"
#include "drivers/junos/parse_reply.hpp"
#include "drivers/junos/requests.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

namespace routeproof::junos {

using drivers::Failure;
using drivers::Route;
using netconf::child;
using netconf::children;
using netconf::text;

namespace {

std::optional<std::uint32_t> number(std::string_view digits) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return value;
}

/// Brief style writes 10.1.0.0/24; detail writes the length apart. EVPN rows have a text there and
/// no prefix at all.
std::optional<net::Prefix> prefix_of(const pugi::xml_node& rt) {
    std::string destination(text(rt, "rt-destination"));
    if (destination.find('/') == std::string::npos) {
        const auto length = number(text(rt, "rt-prefix-length"));
        if (!length) {
            return std::nullopt;
        }
        destination += '/' + std::to_string(*length);
    }
    const auto prefix = net::Prefix::parse_lenient(destination);
    return prefix ? std::optional(*prefix) : std::nullopt;
}

/// The <to> of each <nh> or <protocol-nh>, in order, each once. Discard rows have none.
void add_next_hops(const pugi::xml_node& entry,
                   std::string_view element,
                   std::vector<net::Address>& into) {
    for (const auto& hop : children(entry, element)) {
        for (const auto& to : children(hop, "to")) {
            const auto address = net::Address::parse(text(to));
            if (address && std::find(into.begin(), into.end(), *address) == into.end()) {
                into.push_back(*address);
            }
        }
    }
}

bool has_word(std::string_view words, std::string_view word) {
    for (std::size_t at = words.find(word); at != std::string_view::npos;
         at = words.find(word, at + 1)) {
        const auto end = at + word.size();
        if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' ')) {
            return true;
        }
    }
    return false;
}

std::optional<net::Address> peer_of(const pugi::xml_node& entry, const Route& route) {
    for (const auto* name : {"gateway", "learned-from"}) {
        if (const auto address = net::Address::parse(text(entry, name))) {
            return *address;
        }
    }
    // Brief style names the peer only where it differs from the next hop.
    if (!child(entry, "gateway") && !child(entry, "learned-from") && route.next_hops.size() == 1) {
        return route.next_hops.front();
    }
    return std::nullopt;
}

std::optional<AsPathText> as_path_of(const pugi::xml_node& entry) {
    const auto effective =
        text(child(child(entry, "bgp-path-attributes"), "attr-as-path-effective"), "attr-value");
    if (auto path = parse_as_path_text(effective)) {
        return path;
    }
    return parse_as_path_text(text(entry, "as-path"));
}

drivers::Answer<Route> read_entry(const pugi::xml_node& entry,
                                  const net::Prefix& prefix,
                                  std::string_view table) {
    Route route;
    route.prefix = prefix;
    route.table = table;
    add_next_hops(entry, "protocol-nh", route.next_hops);
    if (route.next_hops.empty()) {
        add_next_hops(entry, "nh", route.next_hops);
    }
    route.from = peer_of(entry, route);
    const auto path = as_path_of(entry);
    if (!path) {
        return Failure{drivers::Stage::Parse,
                       Failure::Kind::Protocol,
                       "lists " + prefix.to_string() + " in " + route.table +
                           " with an AS path that cannot be read: \"" +
                           std::string(text(entry, "as-path")) + '"'};
    }
    route.as_path = path->path;
    route.origin = path->origin;

    const auto tag = text(entry, "active-tag");
    route.best = tag == "*" || tag == "@" || tag == "+" || child(entry, "current-active");
    const auto hidden_reason = text(entry, "hidden-reason");
    route.valid = hidden_reason.empty() && !has_word(text(entry, "rt-entry-state"), "Hidden");
    route.multipath = !route.best && has_word(text(entry, "bgp-rt-flag"), "MultipathContrib");
    route.reason = !hidden_reason.empty() ? hidden_reason : text(entry, "inactive-reason");

    const auto metric = number(text(entry, "metric"));
    route.med = metric ? metric : number(text(entry, "med"));
    route.local_preference = number(text(entry, "local-preference"));
    for (const auto& each : children(child(entry, "communities"), "community")) {
        if (const auto community = net::Community::parse(text(each))) {
            route.communities.push_back(*community);
        }
    }
    return route;
}

/// In a table with @ and # rows, an entry of protocol Multipath holds what is really used to
/// forward: the next hops of all contributors.
void add_forwarding_set(const pugi::xml_node& rt, std::vector<Route>& routes) {
    std::vector<net::Address> hops;
    for (const auto& entry : children(rt, "rt-entry")) {
        if (text(entry, "protocol-name") == "Multipath" && text(entry, "active-tag") == "#") {
            add_next_hops(entry, "nh", hops);
        }
    }
    for (auto& route : routes) {
        for (const auto& hop : hops) {
            auto& have = route.next_hops;
            if (route.best && std::find(have.begin(), have.end(), hop) == have.end()) {
                have.push_back(hop);
            }
        }
    }
}

bool wanted(const net::Prefix& prefix, const std::vector<net::Prefix>& pools) {
    return pools.empty() || std::any_of(pools.begin(), pools.end(), [&](const net::Prefix& pool) {
               return pool.contains(prefix);
           });
}

}  // namespace

drivers::Answer<drivers::RouteTable> parse_routes(const netconf::Reply& reply,
                                                  std::string_view table,
                                                  const std::vector<net::Prefix>& pools) {
    const auto found = information(reply, "route-information");
    if (found.empty()) {
        return no_information(reply, "route-information");
    }
    drivers::RouteTable result;
    for (const auto& node : found) {
        for (const auto& each : children(node, "route-table")) {
            if (text(each, "table-name") != table) {
                continue;  // unrequested tables come, too
            }
            result.table_seen = true;
            for (const auto& rt : children(each, "rt")) {
                const auto prefix = prefix_of(rt);
                if (!prefix && (table == kInet0 || table == kInet6)) {
                    // Every row of these has a prefix; one that is skipped would look like a route
                    // that is not there.
                    return Failure{drivers::Stage::Parse,
                                   Failure::Kind::Protocol,
                                   "lists a destination in " + std::string(table) +
                                       " that cannot be read: \"" +
                                       std::string(text(rt, "rt-destination")) + '"'};
                }
                if (!prefix || !wanted(*prefix, pools)) {
                    continue;
                }
                std::vector<Route> routes;
                for (const auto& entry : children(rt, "rt-entry")) {
                    const auto protocol = text(entry, "protocol-name");
                    if (!protocol.empty() && protocol != "BGP") {
                        continue;
                    }
                    auto route = read_entry(entry, *prefix, table);
                    if (!route) {
                        return route.error();
                    }
                    routes.push_back(std::move(*route));
                }
                add_forwarding_set(rt, routes);
                std::move(routes.begin(), routes.end(), std::back_inserter(result.routes));
            }
        }
    }
    return result;
}

}  // namespace routeproof::junos
