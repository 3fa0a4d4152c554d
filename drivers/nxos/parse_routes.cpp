#include "drivers/nxos/parse_routes.hpp"

#include "drivers/nxos/commands.hpp"
#include "drivers/nxos/parse_text.hpp"
#include "drivers/nxos/rows.hpp"
#include "drivers/pools.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <sstream>
#include <utility>

namespace routeproof::nxos {

using drivers::Failure;
using drivers::Origin;
using drivers::Route;

std::optional<Origin> origin_of(std::string_view word) {
    if (word == "i" || word == "igp" || word == "IGP") {
        return Origin::Igp;
    }
    if (word == "e" || word == "egp" || word == "EGP") {
        return Origin::Egp;
    }
    if (word == "?" || word == "incomplete" || word == "Incomplete") {
        return Origin::Incomplete;
    }
    return std::nullopt;
}

/// IPv6 tables show IPv4 next hops as ::ffff:10.1.1.1.
std::optional<net::Address> next_hop_of(std::string_view text) {
    const auto address = net::Address::parse(text);
    if (!address || address->is_unspecified()) {
        return std::nullopt;  // 0.0.0.0: our own route, nobody to go to
    }
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    const auto octets = address->octets();
    if (octets.size() == 16 && std::equal(kMapped.begin(), kMapped.end(), octets.begin())) {
        const auto v4 = net::Address::from_octets(octets.subspan(12));
        return v4 ? std::optional(*v4) : std::nullopt;
    }
    return *address;
}

namespace {

constexpr std::string_view kVrf = "default";

void add_once(std::vector<net::Address>& hops, const net::Address& hop) {
    if (std::find(hops.begin(), hops.end(), hop) == hops.end()) {
        hops.push_back(hop);
    }
}

/// "65102 65001", with an origin letter behind it in forms that have no field of its own.
bool read_path(std::string_view text, std::string_view origin, Route& route) {
    if (const auto known = origin_of(origin)) {
        route.origin = *known;
    } else {
        const auto blank = text.find_last_of(' ');
        const auto last = text.substr(blank == std::string_view::npos ? 0 : blank + 1);
        if (const auto letter = origin_of(last)) {
            route.origin = *letter;
            text.remove_suffix(last.size());
        } else {
            route.origin = Origin::Incomplete;
        }
    }
    if (text == "NONE") {
        text = {};
    }
    const auto path = net::AsPath::parse(text);
    if (path) {
        route.as_path = *path;
    }
    return path.has_value();
}

void read_flags(const Row& row, Route& route) {
    const auto status = row["status"];
    const auto best = row["best"];
    const auto bestcode = row["bestcode"];
    route.valid = row["statuscode"].find('*') != std::string_view::npos || status == "valid" ||
                  row["pathvalid"] == "true";
    route.best = bestcode == ">" || best == "bestpath" || row["pathbest"] == "true";
    route.multipath = !route.best && (bestcode == "|" || best == "multipath");
    if (!route.valid) {
        route.reason = status.empty() || status == "none" ? "not valid" : status;
    }
}

/// The best path of a multipath set gets the next hops of the set.
void share_next_hops(std::vector<Route>& routes) {
    std::vector<net::Address> shared;
    for (const Route& route : routes) {
        for (const auto& hop : route.next_hops) {
            if (route.valid && route.multipath) {
                add_once(shared, hop);
            }
        }
    }
    for (Route& route : routes) {
        for (const auto& hop : shared) {
            if (route.best) {
                add_once(route.next_hops, hop);
            }
        }
    }
}

class Reader final : public RowReader {
public:
    /// Without a family: every VRF and every address family.
    Reader(std::optional<net::Family> family, const std::vector<net::Prefix>& pools)
        : family_(family), pools_(pools) {}

    void enter(std::string_view key) override {
        if (key == "ROW_rd") {
            rd_mark_ = table.routes.size();
        } else if (key == "ROW_vrf") {
            vrf_mark_ = table.routes.size();
            family_seen_ = false;
            unreadable_.reset();
        } else if (key == "ROW_safi") {
            family_mark_ = table.routes.size();
            unreadable_.reset();
        } else if (key == "ROW_prefix") {
            paths_.clear();
        } else if (key == "ROW_path") {
            communities_.clear();
        }
    }

    void leave(std::string_view key, const Row& row) override {
        if (key == "ROW_community") {
            communities_ += ' ' + std::string(row["community"]);
        } else if (key == "ROW_path") {
            add_path(row);
        } else if (key == "ROW_prefix") {
            add_prefix(row);
        } else if (key == "ROW_rd") {
            for (std::size_t at = rd_mark_; at < table.routes.size(); ++at) {
                table.routes[at].rd = row["rd_val"];
            }
        } else if (key == "ROW_safi" && !family_) {
            const std::string name(row["af-name"]);
            families_.push_back(name);
            for (std::size_t at = family_mark_; at < table.routes.size(); ++at) {
                table.routes[at].family = name;
            }
            failure_in_vrf_ = failure_in_vrf_ ? failure_in_vrf_ : unreadable_;
        } else if (key == "ROW_vrf" && !family_) {
            end_vrf(std::string(row["vrf-name-out"]));
        } else if (key == "ROW_safi") {
            const auto name = row["af-name"];
            if (name.empty() || name == address_family_name(*family_)) {
                family_seen_ = true;
                failure_in_vrf_ = failure_in_vrf_ ? failure_in_vrf_ : unreadable_;
            } else {
                table.routes.resize(family_mark_);
            }
        } else if (key == "ROW_vrf") {
            // VRF default may also be listed without families: that is no table.
            if (row["vrf-name-out"] == kVrf) {
                table.table_seen = table.table_seen || family_seen_;
                failure = failure ? failure : failure_in_vrf_;
            } else {
                table.routes.resize(vrf_mark_);
            }
            family_seen_ = false;
            failure_in_vrf_.reset();
        }
    }

    drivers::RouteTable table;
    std::optional<Failure> failure;
    std::vector<std::string> vrfs;
    std::size_t skipped = 0;
    bool vrf_seen = false;

private:
    void end_vrf(const std::string& name) {
        vrf_seen = true;
        table.table_seen = table.table_seen || !families_.empty();
        for (const std::string& family : families_) {
            const bool unicast =
                family.empty() || family == "IPv4 Unicast" || family == "IPv6 Unicast";
            vrfs.push_back(unicast ? name : name + ", " + family);
        }
        families_.clear();
        for (std::size_t at = vrf_mark_; at < table.routes.size(); ++at) {
            table.routes[at].table = name;
        }
        failure = failure ? failure : failure_in_vrf_;
        failure_in_vrf_.reset();
        if (foreign_) {
            failure = Failure{drivers::Stage::Parse,
                              Failure::Kind::Protocol,
                              "lists prefixes without their paths: it is no BGP table"};
        }
    }

    struct Path {
        Route route;
        bool readable = true;
        std::string as_path;
    };

    void add_path(const Row& row) {
        Path path;
        Route& route = path.route;
        route.table = kVrf;
        for (const auto* name : {"ipnexthop", "ipv6nexthop"}) {
            if (const auto hop = next_hop_of(row[name])) {
                add_once(route.next_hops, *hop);
            }
        }
        route.from = next_hop_of(row["neighbor"]);
        path.as_path = row["aspath"];
        path.readable = read_path(path.as_path, row["origin"], route);
        read_flags(row, route);
        route.med = row.number("metric");
        route.local_preference = row.number("localpref");
        std::istringstream words(communities_);
        for (std::string word; words >> word;) {
            if (const auto community = net::Community::parse(word)) {
                route.communities.push_back(*community);
            }
        }
        paths_.push_back(std::move(path));
    }

    void add_prefix(const Row& row) {
        if (!family_ && !row.has("ipv6prefix") && !row.has("ipprefix")) {
            skipped += row.has("nonipprefix") ? 1U : 0U;
            foreign_ = foreign_ || !row.has("nonipprefix");
            paths_.clear();
            return;
        }
        foreign_ = foreign_ || (!family_ && paths_.empty());
        const auto text = row.has("ipv6prefix") ? row["ipv6prefix"] : row["ipprefix"];
        const auto prefix = net::Prefix::parse_lenient(text);
        if (!prefix) {
            // Rows of EVPN, which have none, stand under a name of their own. Here it might be one
            // of ours: a row that is skipped would look like a route that is not there.
            cannot_read("a prefix that cannot be read: \"" + std::string(text) + '"');
            return;
        }
        if ((family_ && prefix->family() != *family_) || !drivers::wanted(*prefix, pools_)) {
            return;
        }
        std::vector<Route> routes;
        for (Path& path : paths_) {
            if (!path.readable) {
                cannot_read(prefix->to_string() + " with an AS path that cannot be read: \"" +
                            path.as_path + '"');
                return;
            }
            path.route.prefix = *prefix;
            routes.push_back(std::move(path.route));
        }
        if (family_) {
            share_next_hops(routes);
        }
        std::move(routes.begin(), routes.end(), std::back_inserter(table.routes));
        paths_.clear();
    }

    void cannot_read(const std::string& what) {
        if (!unreadable_) {
            unreadable_ = Failure{drivers::Stage::Parse, Failure::Kind::Protocol, "lists " + what};
        }
    }

    std::optional<net::Family> family_;
    const std::vector<net::Prefix>& pools_;
    std::vector<Path> paths_;  // of the prefix that is being read
    std::string communities_;  // of the path that is being read
    std::size_t vrf_mark_ = 0;
    std::size_t family_mark_ = 0;
    std::size_t rd_mark_ = 0;
    bool foreign_ = false;               // rows of some other table, such as that of flaps
    std::vector<std::string> families_;  // of the VRF that is being read
    bool family_seen_ = false;
    std::optional<Failure> unreadable_;  // in the family that is being read, whichever it is
    std::optional<Failure> failure_in_vrf_;
};

}  // namespace

namespace {

/// Of all that the text lists, VRF default and one family. All paths of a prefix stand together.
drivers::Answer<drivers::RouteTable> select(BgpReply all,
                                            net::Family family,
                                            const std::vector<net::Prefix>& pools) {
    drivers::RouteTable table;
    table.table_seen = std::find(all.vrfs.begin(), all.vrfs.end(), kVrf) != all.vrfs.end();
    std::vector<Route> paths;
    const auto end_prefix = [&] {
        share_next_hops(paths);
        std::move(paths.begin(), paths.end(), std::back_inserter(table.routes));
        paths.clear();
    };
    for (Route& route : all.table.routes) {
        const bool unicast = route.family.empty() || route.family == address_family_name(family);
        if (route.table != kVrf || !unicast || !route.rd.empty() ||
            route.prefix.family() != family || !drivers::wanted(route.prefix, pools)) {
            continue;
        }
        if (!paths.empty() && paths.front().prefix != route.prefix) {
            end_prefix();
        }
        paths.push_back(std::move(route));
    }
    end_prefix();
    return table;
}

}  // namespace

drivers::Answer<drivers::RouteTable> parse_routes(std::string_view reply,
                                                  net::Family family,
                                                  const std::vector<net::Prefix>& pools) {
    if (is_printed(reply)) {
        auto all = parse_bgp_text(reply);
        return all ? select(std::move(*all), family, pools) : all.error();
    }
    Reader reader(family, pools);
    const auto read = read_rows(reply, reader);
    if (!read) {
        return read.error();
    }
    if (reader.failure) {
        return *reader.failure;
    }
    return std::move(reader.table);
}

drivers::Answer<BgpReply> parse_every_route(std::string_view text) {
    const std::vector<net::Prefix> everywhere;
    Reader reader(std::nullopt, everywhere);
    const auto read = read_rows(text, reader);
    if (!read) {
        return read.error();
    }
    if (reader.failure) {
        return *reader.failure;
    }
    if (!reader.vrf_seen) {
        return Failure{drivers::Stage::Parse,
                       Failure::Kind::Protocol,
                       "answers with no BGP table: it lists no VRF"};
    }
    return BgpReply{std::move(reader.table), std::move(reader.vrfs), reader.skipped};
}

}  // namespace routeproof::nxos
