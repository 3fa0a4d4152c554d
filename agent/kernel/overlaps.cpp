#include "agent/kernel/overlaps.hpp"

#include "agent/kernel/links.hpp"

#include <algorithm>

namespace routeproof::kernel {
namespace {

std::string name_of(const std::vector<Link>& links, int index) {
    for (const Link& link : links) {
        if (link.index == index) {
            return link.name;
        }
    }
    return {};
}

/// Local, broadcast and multicast routes only repeat the addresses.
bool says_something_new(const Route& route) {
    return route.type == RouteType::Unicast || route.type == RouteType::Blackhole ||
           route.type == RouteType::Unreachable || route.type == RouteType::Prohibit;
}

bool leads_through_gateway(const Route& route) {
    return std::any_of(route.next_hops.begin(), route.next_hops.end(), [](const NextHop& hop) {
        return hop.gateway.has_value();
    });
}

bool counts(const Route& route, const net::Prefix& pool) {
    if (route.protocol == kRouteProtocol || route.destination.length() == 0 ||
        !says_something_new(route) || !route.destination.overlaps(pool)) {
        return false;
    }
    const bool wider = route.destination.length() < pool.length();
    return !(wider && leads_through_gateway(route));
}

}  // namespace

std::string Overlap::to_string() const {
    if (what == What::Address) {
        return "interface " + interface + " has " + prefix.to_string();
    }
    return "a route to " + prefix.to_string() +
           (interface.empty() ? " exists" : " leads to interface " + interface);
}

std::vector<Overlap> overlaps_of(const net::Prefix& pool,
                                 const std::vector<Link>& links,
                                 const std::vector<InterfaceAddress>& addresses,
                                 const std::vector<Route>& routes) {
    std::vector<Overlap> overlaps;
    for (const InterfaceAddress& one : addresses) {
        const net::Prefix on_link(one.address, one.prefix_length);
        const std::string interface = name_of(links, one.link);
        if (on_link.overlaps(pool) && !is_host_link(interface)) {
            overlaps.push_back({Overlap::What::Address, on_link, interface, 0});
        }
    }
    for (const Route& route : routes) {
        const std::string interface =
            route.next_hops.empty() ? "" : name_of(links, route.next_hops.front().link);
        // A connected route of an address that is listed already adds nothing.
        const bool known =
            std::any_of(overlaps.begin(), overlaps.end(), [&](const Overlap& overlap) {
                return overlap.prefix == route.destination && overlap.interface == interface;
            });
        if (counts(route, pool) && !known) {
            overlaps.push_back(
                {Overlap::What::Route, route.destination, interface, route.protocol});
        }
    }
    return overlaps;
}

Result<std::vector<Overlap>> foreign_overlaps(RtnlSocket& socket, const net::Prefix& pool) {
    const auto links = socket.links();
    if (!links) {
        return links.error();
    }
    const auto addresses = socket.addresses();
    if (!addresses) {
        return addresses.error();
    }
    const auto routes = socket.routes(pool.family());
    if (!routes) {
        return routes.error();
    }
    return overlaps_of(pool, *links, *addresses, *routes);
}

}  // namespace routeproof::kernel
