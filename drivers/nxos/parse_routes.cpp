#include "drivers/nxos/parse_routes.hpp"

#include "drivers/nxos/commands.hpp"
#include "drivers/nxos/rows.hpp"

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

namespace {

constexpr std::string_view kVrf = "default";

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
std::optional<net::Address> address_of(std::string_view text) {
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

class Reader final : public RowReader {
public:
    Reader(net::Family family, const std::vector<net::Prefix>& pools)
        : family_(family), pools_(pools) {}

    void enter(std::string_view key) override {
        if (key == "ROW_vrf") {
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
        } else if (key == "ROW_safi") {
            const auto name = row["af-name"];
            if (name.empty() || name == address_family_name(family_)) {
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

private:
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
            if (const auto hop = address_of(row[name])) {
                add_once(route.next_hops, *hop);
            }
        }
        route.from = address_of(row["neighbor"]);
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
        const auto text = row.has("ipv6prefix") ? row["ipv6prefix"] : row["ipprefix"];
        const auto prefix = net::Prefix::parse_lenient(text);
        if (!prefix) {
            // Rows of EVPN, which have none, stand under a name of their own. Here it might be one
            // of ours: a row that is skipped would look like a route that is not there.
            cannot_read("a prefix that cannot be read: \"" + std::string(text) + '"');
            return;
        }
        if (prefix->family() != family_ || !wanted(*prefix)) {
            return;
        }
        std::vector<net::Address> shared;
        for (const Path& path : paths_) {
            if (path.route.valid && path.route.multipath) {
                for (const auto& hop : path.route.next_hops) {
                    add_once(shared, hop);
                }
            }
        }
        for (Path& path : paths_) {
            if (!path.readable) {
                cannot_read(prefix->to_string() + " with an AS path that cannot be read: \"" +
                            path.as_path + '"');
                return;
            }
            path.route.prefix = *prefix;
            if (path.route.best) {
                for (const auto& hop : shared) {
                    add_once(path.route.next_hops, hop);
                }
            }
            table.routes.push_back(std::move(path.route));
        }
        paths_.clear();
    }

    void cannot_read(const std::string& what) {
        if (!unreadable_) {
            unreadable_ = Failure{drivers::Stage::Parse, Failure::Kind::Protocol, "lists " + what};
        }
    }

    bool wanted(const net::Prefix& prefix) const {
        return pools_.empty() ||
               std::any_of(pools_.begin(), pools_.end(), [&](const net::Prefix& pool) {
                   return pool.contains(prefix);
               });
    }

    net::Family family_;
    const std::vector<net::Prefix>& pools_;
    std::vector<Path> paths_;  // of the prefix that is being read
    std::string communities_;  // of the path that is being read
    std::size_t vrf_mark_ = 0;
    std::size_t family_mark_ = 0;
    bool family_seen_ = false;
    std::optional<Failure> unreadable_;  // in the family that is being read, whichever it is
    std::optional<Failure> failure_in_vrf_;
};

}  // namespace

drivers::Answer<drivers::RouteTable> parse_routes(std::string_view json,
                                                  net::Family family,
                                                  const std::vector<net::Prefix>& pools) {
    Reader reader(family, pools);
    const auto read = read_rows(json, reader);
    if (!read) {
        return read.error();
    }
    if (reader.failure) {
        return *reader.failure;
    }
    return std::move(reader.table);
}

}  // namespace routeproof::nxos
