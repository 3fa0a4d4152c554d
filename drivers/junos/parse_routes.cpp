#include "drivers/junos/parse_routes.hpp"

#include "drivers/junos/as_path_text.hpp"
#include "drivers/junos/parse_reply.hpp"
#include "drivers/junos/requests.hpp"
#include "drivers/junos/rt.hpp"
#include "drivers/pools.hpp"

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

/// "65000:1:10.0.0.0/24": what stands in front of the prefix; empty if nothing does.
std::string_view distinguisher_of(std::string_view destination) {
    const auto first = destination.find(':');
    const auto second = destination.find(':', first + 1);
    return first == std::string_view::npos || second == std::string_view::npos
               ? std::string_view()
               : destination.substr(0, second);
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
    } else {
        add_next_hops(entry, "nh", route.resolved);
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

    route.best = is_active(entry);
    const auto hidden_reason = text(entry, "hidden-reason");
    route.valid = hidden_reason.empty() && !has_word(text(entry, "rt-entry-state"), "Hidden");
    route.multipath = !route.best && has_word(text(entry, "bgp-rt-flag"), "MultipathContrib");
    route.reason = !hidden_reason.empty() ? hidden_reason : text(entry, "inactive-reason");

    const auto metric = number(text(entry, "metric"));
    route.med = metric ? metric : number(text(entry, "med"));
    route.local_preference = number(text(entry, "local-preference"));
    for (const auto& each : children(child(entry, "communities"), "community")) {
        const auto words = text(each);
        const auto named = words == "no-export"             ? std::optional(net::kNoExport)
                           : words == "no-advertise"        ? std::optional(net::kNoAdvertise)
                           : words == "no-export-subconfed" ? std::optional(net::kNoExportSubconfed)
                                                            : std::nullopt;
        if (const auto community = net::Community::parse(words)) {
            route.communities.push_back(*community);
        } else if (named) {
            route.communities.push_back(*named);
        } else if (!words.empty()) {
            route.other_communities.emplace_back(words);
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

}  // namespace

std::optional<net::Prefix> prefix_of(const pugi::xml_node& rt, std::string* rd) {
    std::string destination(text(rt, "rt-destination"));
    if (const auto in_front = distinguisher_of(destination); rd != nullptr && !in_front.empty()) {
        *rd = in_front;
        destination.erase(0, in_front.size() + 1);
    }
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

bool is_active(const pugi::xml_node& entry) {
    const auto tag = text(entry, "active-tag");
    return tag == "*" || tag == "@" || tag == "+" || child(entry, "current-active");
}

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
                if (!prefix || !drivers::wanted(*prefix, pools)) {
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

namespace {

/// BGP, and the letter that terse style has for it.
bool is_bgp(std::string_view protocol) {
    return protocol.empty() || protocol == "BGP" || protocol == "B";
}

bool is_vpn_table(std::string_view name) {
    return name.find("l3vpn") != std::string_view::npos;
}

/// A row of another protocol: no AS path, and no peer.
Route read_other(const pugi::xml_node& entry, const net::Prefix& prefix, std::string_view table) {
    Route route;
    route.prefix = prefix;
    route.table = table;
    route.protocol = text(entry, "protocol-name");
    add_next_hops(entry, "nh", route.next_hops);
    route.best = is_active(entry);
    route.reason = text(entry, "inactive-reason");
    route.med = number(text(entry, "metric"));
    return route;
}

std::optional<Failure> read_table(const pugi::xml_node& table, RoutesReply& reply) {
    const std::string name(text(table, "table-name"));
    reply.tables.push_back(name);
    for (const auto& rt : children(table, "rt")) {
        std::string rd;
        const auto prefix = prefix_of(rt, is_vpn_table(name) ? &rd : nullptr);
        if (!prefix && (name == kInet0 || name == kInet6)) {
            return Failure{drivers::Stage::Parse,
                           Failure::Kind::Protocol,
                           "lists a destination in " + name + " that cannot be read: \"" +
                               std::string(text(rt, "rt-destination")) + '"'};
        }
        std::vector<Route> routes;
        for (const auto& entry : children(rt, "rt-entry")) {
            if (!prefix) {
                ++reply.skipped;
                continue;
            }
            const bool bgp = is_bgp(text(entry, "protocol-name"));
            auto route = bgp ? read_entry(entry, *prefix, name)
                             : drivers::Answer<Route>(read_other(entry, *prefix, name));
            if (!route) {
                return route.error();
            }
            route->rd = rd;
            routes.push_back(std::move(*route));
        }
        std::move(routes.begin(), routes.end(), std::back_inserter(reply.routes));
    }
    return std::nullopt;
}

}  // namespace

drivers::Answer<RoutesReply> parse_every_route(const netconf::Reply& reply) {
    std::vector<pugi::xml_node> found = netconf::descendants(reply.root(), "route-information");
    if (netconf::local_name(reply.root()) == "route-information") {
        found.push_back(reply.root());
    }
    if (found.empty()) {
        return no_information(reply, "route-information");
    }
    RoutesReply result;
    for (const auto& node : found) {
        for (const auto& table : children(node, "route-table")) {
            if (auto failure = read_table(table, result)) {
                return *failure;
            }
        }
    }
    return result;
}

}  // namespace routeproof::junos
