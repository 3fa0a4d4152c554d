#include "drivers/bird/parse.hpp"
#include "drivers/pools.hpp"
#include "drivers/text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

namespace routeproof::bird {

using drivers::Failure;
using drivers::Origin;
using drivers::Route;
using drivers::trim;

namespace {

/// One row with all lines that belong to it.
struct Row {
    std::optional<net::Prefix> prefix;
    std::string destination;  // what stands in the prefix's place
    std::string table;
    std::string type;      // unicast, blackhole, unreachable, prohibit
    std::string protocol;  // the name of the instance
    std::optional<net::Address> from;
    bool primary = false;
    std::string as_path_end;  // "[AS65100i]" of the short form
    std::vector<drivers::ForwardingHop> hops;
    std::string kind;  // "BGP univ", "static univ"; empty without `all`
    std::vector<std::pair<std::string, std::string>> attributes;

    /// BIRD 3 writes bgp_path and source where BIRD 2 writes BGP.as_path and Type.
    void add_attribute(std::string key, std::string_view value) {
        if (key == "source") {
            kind = value;
            return;
        }
        if (key == "from" && !from) {
            const auto address = net::Address::parse(value.substr(0, value.find('%')));
            from = address ? std::optional(*address) : std::nullopt;
        }
        if (key.starts_with("bgp_")) {
            key[3] = '.';
        }
        if (key == "bgp.path") {
            key = "bgp.as_path";
        }
        attributes.emplace_back(std::move(key), value);
    }

    std::string_view attribute(std::string_view name) const {
        for (const auto& [key, value] : attributes) {
            if (key == name) {
                return value;
            }
        }
        return {};
    }
};

std::optional<std::uint32_t> number(std::string_view digits) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return value;
}

/// The parts of "unicast [host1 07:52:55.311 from 192.0.2.1] * (100/0) [AS65100i]".
bool read_head(std::string_view rest, Row& row) {
    rest = trim(rest);
    const auto open = rest.find('[');
    const auto close = rest.find(']', open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
        return false;
    }
    row.type = trim(rest.substr(0, open));
    // BIRD 1: "via 10.0.0.1 on eth0 [name ...]".
    std::istringstream words(std::string(rest.substr(open + 1, close - open - 1)));
    words >> row.protocol;
    for (std::string word; words >> word;) {
        if (word == "from" && words >> word) {
            if (const auto from = net::Address::parse(word.substr(0, word.find('%')))) {
                row.from = *from;
            }
        }
    }
    rest = trim(rest.substr(close + 1));
    row.primary = rest.starts_with('*');
    const auto path = rest.rfind('[');
    if (path != std::string_view::npos && rest.ends_with(']')) {
        row.as_path_end = rest.substr(path + 1, rest.size() - path - 2);
    }
    return !row.protocol.empty();
}

/// "via 10.100.0.1 on eth0 mpls 100 weight 1", "dev eth0", "via fe80::1%eth0 on eth0 onlink".
bool read_hop(std::string_view line, Row& row) {
    std::istringstream words{std::string(line)};
    std::string word;
    words >> word;
    drivers::ForwardingHop hop;
    if (word == "via") {
        words >> word;
        const auto address = net::Address::parse(word.substr(0, word.find('%')));
        if (!address) {
            return false;
        }
        hop.address = *address;
        if (words >> word && word == "on") {
            words >> hop.interface;
        }
    } else if (word == "dev") {
        words >> hop.interface;
    } else {
        return false;
    }
    row.hops.push_back(std::move(hop));
    return true;
}

/// Gives each finished row to `use`.
template <class Use>
std::optional<Failure> each_row(const std::vector<std::string_view>& lines,
                                std::vector<std::string>& tables,
                                Use use) {
    std::string table;
    std::optional<Row> row;
    std::string destination;
    const auto finish = [&] {
        if (row) {
            use(std::move(*row));
        }
        row.reset();
    };
    const auto broken = [](std::string_view line) {
        return Failure{drivers::Stage::Parse,
                       Failure::Kind::Protocol,
                       "answers a line that cannot be read: \"" +
                           std::string(trim(line).substr(0, 120)) + '"'};
    };
    for (const auto line : lines) {
        const bool counts = line.find(" of ") != std::string_view::npos &&
                            line.find(" routes for ") != std::string_view::npos;
        if (trim(line).empty() || counts) {
            continue;
        }
        if (line.starts_with("Table ") && line.ends_with(':')) {
            finish();
            destination.clear();
            table = line.substr(6, line.size() - 7);
            if (std::find(tables.begin(), tables.end(), table) == tables.end()) {
                tables.push_back(table);
            }
            continue;
        }
        if (line.front() == '\t') {
            const auto text = trim(line);
            if (!row) {
                return broken(line);
            }
            if (read_hop(text, *row)) {
                continue;
            }
            const auto colon = text.find(':');
            if (text.starts_with("Type:")) {
                row->kind = trim(text.substr(5));
            } else if (colon != std::string_view::npos) {
                std::string key(text.substr(0, colon));
                std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) {
                    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
                });
                row->add_attribute(std::move(key), trim(text.substr(colon + 1)));
            } else if (!row->attributes.empty()) {
                row->attributes.back().second += ' ' + std::string(text);  // a wrapped value
            }
            continue;
        }
        finish();
        std::string_view rest = line;
        if (line.front() != ' ') {
            destination = line.substr(0, line.find_first_of(" \t"));
            rest.remove_prefix(destination.size());
        }
        row.emplace();
        row->table = table;
        row->destination = destination;
        if (destination.empty() || !read_head(rest, *row)) {
            return broken(line);
        }
        if (const auto prefix = net::Prefix::parse_lenient(destination)) {
            row->prefix = *prefix;
        }
    }
    finish();
    return std::nullopt;
}

void read_communities(const Row& row, Route& route) {
    const auto each = [](std::string_view text, const auto& use) {
        for (std::size_t open = text.find('('); open != std::string_view::npos;) {
            const auto close = text.find(')', open);
            if (close == std::string_view::npos) {
                return;
            }
            std::string inside(text.substr(open + 1, close - open - 1));
            std::erase(inside, ' ');
            std::replace(inside.begin(), inside.end(), ',', ':');
            use(inside);
            open = text.find('(', close);
        }
    };
    each(row.attribute("bgp.community"), [&](const std::string& text) {
        if (const auto community = net::Community::parse(text)) {
            route.communities.push_back(*community);
        }
    });
    for (const auto* name : {"bgp.large_community", "bgp.ext_community"}) {
        each(row.attribute(name),
             [&](const std::string& text) { route.other_communities.push_back(text); });
    }
}

/// BGP.next_hop is "2001:db8::1 fe80::1" where the peer sent both.
void read_next_hops(const Row& row, Route& route) {
    std::istringstream words{std::string(row.attribute("bgp.next_hop"))};
    for (std::string word; words >> word;) {
        const auto address = net::Address::parse(word);
        if (address && (route.next_hops.empty() || !address->is_link_local())) {
            route.next_hops.push_back(*address);
        }
    }
    std::vector<net::Address> used;
    for (const auto& hop : row.hops) {
        if (hop.address && std::find(used.begin(), used.end(), *hop.address) == used.end()) {
            used.push_back(*hop.address);
        }
    }
    if (route.next_hops.empty()) {
        route.next_hops = used;
    } else if (used != route.next_hops) {
        route.resolved = used;
    }
}

std::optional<Failure> read_as_path(const Row& row, Route& route) {
    const auto path = net::AsPath::parse(row.attribute("bgp.as_path"));
    if (!path) {
        return Failure{drivers::Stage::Parse,
                       Failure::Kind::Protocol,
                       "lists " + row.destination + " in " + row.table +
                           " with an AS path that cannot be read: \"" +
                           std::string(row.attribute("bgp.as_path")) + '"'};
    }
    route.as_path = *path;
    const auto origin = row.attribute("bgp.origin");
    route.origin = origin == "IGP"   ? Origin::Igp
                   : origin == "EGP" ? Origin::Egp
                                     : Origin::Incomplete;
    return std::nullopt;
}

bool is_bgp(const Row& row) {
    return row.kind.starts_with("BGP") || !row.attribute("bgp.origin").empty() ||
           !row.as_path_end.empty();
}

}  // namespace

drivers::Answer<RouteReply> parse_routes(std::string_view text,
                                         const std::map<std::string, net::Address>& peers,
                                         const std::vector<net::Prefix>& pools,
                                         bool every_protocol) {
    const auto lines = lines_of(text);
    if (!lines) {
        return lines.error();
    }
    RouteReply reply;
    std::optional<Failure> failure;
    const auto add = [&](const Row& row) {
        if (!row.prefix) {
            ++reply.skipped;
            return;
        }
        const bool bgp = is_bgp(row);
        if (!drivers::wanted(*row.prefix, pools) || (!bgp && !every_protocol)) {
            return;
        }
        Route route;
        route.prefix = *row.prefix;
        route.table = row.table;
        route.from = row.from;
        if (const auto peer = peers.find(row.protocol); !route.from && peer != peers.end()) {
            route.from = peer->second;
        }
        if (bgp && row.attribute("bgp.origin").empty()) {
            failure = failure ? failure
                              : Failure{drivers::Stage::Parse,
                                        Failure::Kind::Protocol,
                                        "lists BGP routes without their AS paths: ask with "
                                        "'show route all'"};
            return;
        }
        if (bgp) {
            if (auto why = read_as_path(row, route)) {
                failure = failure ? failure : why;
                return;
            }
        } else {
            route.protocol =
                row.kind.empty() ? row.protocol : row.kind.substr(0, row.kind.find(' '));
        }
        read_next_hops(row, route);
        read_communities(row, route);
        route.med = number(row.attribute("bgp.med"));
        route.local_preference = number(row.attribute("bgp.local_pref"));
        route.best = row.primary;
        route.valid = row.type != "unreachable" || !bgp;
        if (!route.valid) {
            route.reason = "unreachable: its next hop does not resolve";
        }
        reply.table.routes.push_back(std::move(route));
    };
    if (auto broken = each_row(*lines, reply.tables, add)) {
        return *broken;
    }
    if (failure) {
        return *failure;
    }
    reply.table.table_seen = !reply.tables.empty();
    return reply;
}

drivers::Answer<drivers::ForwardingTable> parse_forwarding(std::string_view text,
                                                           const std::vector<net::Prefix>& pools) {
    const auto lines = lines_of(text);
    if (!lines) {
        return lines.error();
    }
    drivers::ForwardingTable table;
    std::vector<std::string> tables;
    const auto add = [&](Row row) {
        if (!row.prefix || !drivers::wanted(*row.prefix, pools)) {
            return;
        }
        drivers::ForwardingEntry entry;
        entry.prefix = *row.prefix;
        entry.table = row.table;
        entry.protocol = row.kind.empty() ? row.protocol : row.kind.substr(0, row.kind.find(' '));
        entry.hops = std::move(row.hops);
        entry.discard = row.type != "unicast" && !row.type.empty() && entry.hops.empty();
        table.entries.push_back(std::move(entry));
    };
    if (auto broken = each_row(*lines, tables, add)) {
        return *broken;
    }
    table.table_seen = true;  // BIRD prints no heading for an empty answer
    return table;
}

}  // namespace routeproof::bird
