#include "agent/kernel/route_sync.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace routeproof::kernel {
namespace {

/// The gateways of a route in an order of their own: the kernel's order of next hops means nothing.
std::set<net::Address> gateways_of(const Route& route) {
    std::set<net::Address> gateways;
    for (const NextHop& hop : route.next_hops) {
        if (hop.gateway) {
            gateways.insert(*hop.gateway);
        }
    }
    return gateways;
}

/// Equal as far as we decide: the kernel fills in the link of a gateway by itself, and its order of
/// next hops is its own.
bool agrees(const Route& actual, const Route& wanted) {
    if (actual.destination != wanted.destination || actual.type != wanted.type ||
        actual.metric != wanted.metric || actual.scope != wanted.scope ||
        actual.preferred_source != wanted.preferred_source) {
        return false;
    }
    return class_of(wanted) == RouteClass::Learned ? gateways_of(actual) == gateways_of(wanted)
                                                   : actual.next_hops == wanted.next_hops;
}

using Key = std::pair<net::Prefix, std::uint32_t>;  // what the kernel tells routes apart by

Key key_of(const Route& route) {
    return {route.destination, route.metric};
}

}  // namespace

Changes compare(const Actual& actual, const Expected& expected) {
    Changes changes;
    std::map<std::string, int, std::less<>> links;
    for (const Link& link : actual.host_links) {
        links.emplace(link.name, link.index);
    }

    std::map<Key, Route> wanted;
    const auto want = [&wanted](const Route& route) { wanted.emplace(key_of(route), route); };
    for (const net::Prefix& block : expected.blocks) {
        if (!block.is_host()) {
            want(blackhole_route(block));
        }
    }
    std::set<std::string, std::less<>> names;
    const auto& unused = actual.container_ends;
    for (const ExpectedEndpoint& endpoint : expected.endpoints) {
        const std::string name = host_link_name(endpoint.endpoint_id);
        const auto link = links.find(name);
        // Docker puts the container's end back on the host when the container ends.
        const bool in_a_container =
            link != links.end() &&
            std::find(unused.begin(), unused.end(), container_link_name(endpoint.endpoint_id)) ==
                unused.end();
        if (!in_a_container && !endpoint.has_sandbox) {
            changes.dead_endpoints.push_back(endpoint.endpoint_id);
            continue;
        }
        names.insert(name);
        if (link == links.end()) {
            changes.endpoints_without_link.push_back(endpoint.endpoint_id);
        } else {
            want(device_route(endpoint.address, link->second, expected.preferred_source));
        }
    }
    for (const LearnedRoute& learned : expected.learned) {
        want(learned_route(learned.prefix, learned.gateways));
    }

    for (const Route& route : actual.routes) {
        const auto at = wanted.find(key_of(route));
        if (at == wanted.end()) {
            changes.remove_routes.push_back(route);
        } else if (agrees(route, at->second)) {
            wanted.erase(at);
        }
        // Else it stays wanted: replacing it changes it without a moment of absence.
    }
    for (const Link& link : actual.host_links) {
        if (!names.contains(link.name)) {
            changes.remove_links.push_back(link.name);
        }
    }
    for (const auto& [key, route] : wanted) {
        changes.add_routes.push_back(route);
    }
    return changes;
}

Result<Actual> read_actual(RtnlSocket& socket) {
    auto links = host_links(socket);
    if (!links) {
        return links.error();
    }
    auto routes = own_routes(socket);
    if (!routes) {
        return routes.error();
    }
    auto ends = container_ends(socket);
    if (!ends) {
        return ends.error();
    }
    return Actual{std::move(*links), std::move(*routes), std::move(*ends)};
}

std::vector<Failure> apply(RtnlSocket& socket, const Changes& changes) {
    std::vector<Failure> failures;
    const auto note = [&failures](const Result<void>& done) {
        if (!done) {
            failures.push_back(done.error());
        }
    };
    for (const Route& route : changes.remove_routes) {
        note(remove(socket, route));
    }
    for (const std::string& name : changes.remove_links) {
        note(remove_link_by_name(socket, name));
    }
    for (const Route& route : changes.add_routes) {
        note(replace(socket, route));
    }
    return failures;
}

}  // namespace routeproof::kernel
