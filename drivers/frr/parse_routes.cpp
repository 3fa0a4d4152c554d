#include "drivers/frr/parse_routes.hpp"

#include "drivers/frr/json.hpp"
#include "drivers/pools.hpp"

#include <algorithm>
#include <sstream>

namespace routeproof::frr {

using drivers::Answer;
using drivers::Failure;
using drivers::Origin;
using drivers::Route;

namespace {

void add_once(std::vector<net::Address>& hops, const net::Address& hop) {
    if (std::find(hops.begin(), hops.end(), hop) == hops.end()) {
        hops.push_back(hop);
    }
}

Origin origin_of(const std::string& word) {
    if (word == "IGP" || word == "i") {
        return Origin::Igp;
    }
    return word == "EGP" || word == "e" ? Origin::Egp : Origin::Incomplete;
}

void read_next_hops(const Json& path, Route& route) {
    std::vector<net::Address> unused;
    for (const Json& hop : member(path, {"nexthops"})) {
        const auto each = address(member(hop, {"ip"}));
        if (!each || each->is_unspecified()) {
            continue;  // 0.0.0.0: our own route
        }
        // IPv6 peers may send a global and a link-local next hop; FRR says which it uses.
        add_once(truth(member(hop, {"used"})) ? route.next_hops : unused, *each);
    }
    if (route.next_hops.empty()) {
        route.next_hops = unused;
    }
    for (const char* key : {"nextHop", "nexthop", "nextHopGlobal", "nextHopLocal"}) {
        const auto each = address(member(path, {key}));
        if (route.next_hops.empty() && each && !each->is_unspecified()) {
            route.next_hops.push_back(*each);
        }
    }
}

void read_communities(const Json& path, Route& route) {
    std::istringstream words(text(member(path, {"community"})));
    for (std::string word; words >> word;) {
        const auto named = word == "no-export"           ? std::optional(net::kNoExport)
                           : word == "no-advertise"      ? std::optional(net::kNoAdvertise)
                           : word == "local-AS"          ? std::optional(net::kNoExportSubconfed)
                           : word == "no-peer"           ? std::optional(net::kNoPeer)
                           : word == "graceful-shutdown" ? std::optional(net::kGracefulShutdown)
                                                         : std::nullopt;
        const auto community = net::Community::parse(word);
        if (named) {
            route.communities.push_back(*named);
        } else if (community) {
            route.communities.push_back(*community);
        } else {
            route.other_communities.push_back(word);
        }
    }
    for (const char* key : {"largeCommunity", "extendedCommunity"}) {
        std::istringstream others(text(member(path, {key})));
        for (std::string word; others >> word;) {
            route.other_communities.push_back(word);
        }
    }
}

void read_flags(const Json& path, Route& route) {
    const Json& symbols = member(path, {"appliedStatusSymbols"});
    route.valid = truth(member(path, {"valid"})) || truth(member(symbols, {"*"}));
    const Json& best = member(path, {"bestpath"});
    route.best = truth(best) || truth(member(best, {"overall"})) || truth(member(symbols, {">"}));
    route.multipath =
        !route.best && (truth(member(path, {"multipath"})) || truth(member(symbols, {"="})));
    for (const char* fault : {"removed", "stale", "damped", "history", "suppressed"}) {
        if (truth(member(path, {fault}))) {
            route.reason += (route.reason.empty() ? "" : ", ") + std::string(fault);
        }
    }
    for (const Json& hop : member(path, {"nexthops"})) {
        const Json& accessible = member(hop, {"accessible"});
        if (accessible.is_boolean() && !accessible.get<bool>()) {
            route.reason = "next hop not accessible";
        }
    }
    if (!route.valid && route.reason.empty()) {
        route.reason = "not valid";
    }
}

class Reader {
public:
    Reader(std::string_view vrf, const std::vector<net::Prefix>& pools)
        : wanted_vrf_(vrf), pools_(pools) {}

    /// One VRF's object; false if it is none.
    bool read(const Json& view, const std::string& vrf_by_key) {
        const std::string named = text(member(view, {"vrfName"}));
        const std::string vrf = !named.empty()       ? named
                                : vrf_by_key.empty() ? std::string("default")
                                                     : vrf_by_key;
        const Json& routes =
            member(view, {"routes", "receivedRoutes", "advertisedRoutes", "filteredRoutes"});
        const bool one_prefix = member(view, {"paths"}).is_array();
        if (!routes.is_object() && !one_prefix) {
            return false;
        }
        if (!wanted_vrf_.empty() && vrf != wanted_vrf_) {
            return true;
        }
        reply.table.table_seen = true;
        reply.vrfs.push_back(vrf);
        if (one_prefix) {
            read_prefix(text(member(view, {"prefix"})), view, vrf);
        }
        for (const auto& [key, value] : routes.items()) {
            read_prefix(key, value, vrf);
        }
        return true;
    }

    BgpReply reply;
    std::optional<Failure> failure;

private:
    void read_prefix(const std::string& key, const Json& value, const std::string& vrf) {
        const auto prefix = net::Prefix::parse_lenient(key);
        if (!prefix) {
            const bool other_family = key.find('[') != std::string::npos || value.is_object();
            if (other_family) {
                ++reply.skipped;  // EVPN, or routes below a route distinguisher
            } else {
                fail("lists a prefix that cannot be read: \"" + key + '"');
            }
            return;
        }
        if (!drivers::wanted(*prefix, pools_)) {
            return;
        }
        const Json& several = member(value, {"paths"});
        const Json& paths = several.is_array() ? several : value;
        std::vector<Route> routes;
        if (paths.is_array()) {
            for (const Json& path : paths) {
                read_path(path, *prefix, vrf, routes);
            }
        } else {
            read_path(paths, *prefix, vrf, routes);
        }
        std::vector<net::Address> shared;
        for (const Route& route : routes) {
            for (const auto& hop : route.next_hops) {
                if (route.multipath && !wanted_vrf_.empty()) {
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
            reply.table.routes.push_back(std::move(route));
        }
    }

    void read_path(const Json& path,
                   const net::Prefix& prefix,
                   const std::string& vrf,
                   std::vector<Route>& routes) {
        if (!path.is_object()) {
            return;
        }
        Route route;
        route.prefix = prefix;
        route.table = vrf;
        const Json& peer = member(path, {"peer"});
        route.from = address(member(path, {"peerId"}));
        if (!route.from) {
            route.from = address(member(peer, {"peerId"}));
        }
        if (route.from && route.from->is_unspecified()) {
            route.from.reset();
        }
        std::string as_path = text(member(path, {"aspath", "path"}));
        if (as_path == "Local" || as_path == "Internal") {
            as_path.clear();
        }
        const auto parsed = net::AsPath::parse(as_path);
        if (!parsed) {
            fail("lists " + prefix.to_string() + " with an AS path that cannot be read: \"" +
                 as_path + '"');
            return;
        }
        route.as_path = *parsed;
        route.origin = origin_of(text(member(path, {"origin", "bgpOriginCode"})));
        route.med = number(member(path, {"med", "metric"}));
        route.local_preference = number(member(path, {"locPrf", "localPref", "localpref"}));
        read_next_hops(path, route);
        read_communities(path, route);
        read_flags(path, route);
        routes.push_back(std::move(route));
    }

    void fail(const std::string& what) {
        if (!failure) {
            failure = parse_failure(what);
        }
    }

    std::string_view wanted_vrf_;
    const std::vector<net::Prefix>& pools_;
};

}  // namespace

Answer<BgpReply> parse_routes(std::string_view json,
                              std::string_view vrf,
                              const std::vector<net::Prefix>& pools) {
    const auto document = parse_json(json);
    if (!document) {
        return document.error();
    }
    Reader reader(vrf, pools);
    bool known = reader.read(*document, {});
    if (!known) {
        for (const auto& [key, view] : document->items()) {
            known = reader.read(view, key) || known;
        }
    }
    if (reader.failure) {
        return *reader.failure;
    }
    if (!known && !document->empty()) {
        return parse_failure("answers JSON that is no BGP table: its first member is \"" +
                             document->begin().key() + '"');
    }
    return std::move(reader.reply);
}

}  // namespace routeproof::frr
