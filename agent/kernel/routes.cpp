#include "agent/kernel/routes.hpp"

#include "agent/kernel/links.hpp"

#include <linux/rtnetlink.h>

#include <algorithm>
#include <cerrno>

namespace routeproof::kernel {
namespace {

/// What the kernel says about a route (ESRCH) or link (ENODEV) that is not there.
bool is_absent(const Failure& failure) {
    return failure.code.value() == ESRCH || failure.code.value() == ENODEV;
}

/// The link's index; 0 if there is none.
Result<int> index_of(RtnlSocket& socket, std::string_view name) {
    const auto links = socket.links();
    if (!links) {
        return links.error();
    }
    for (const Link& link : *links) {
        if (link.name == name) {
            return link.index;
        }
    }
    return 0;
}

}  // namespace

std::optional<RouteClass> class_of(const Route& route) {
    if (route.protocol != kRouteProtocol) {
        return std::nullopt;
    }
    if (route.type == RouteType::Blackhole) {
        return RouteClass::Blackhole;
    }
    return route.metric == kLearnedMetric ? RouteClass::Learned : RouteClass::Device;
}

Route device_route(const net::Address& address,
                   int link,
                   std::optional<net::Address> preferred_source) {
    Route route;
    route.destination = net::Prefix::host(address);
    route.scope = RT_SCOPE_LINK;
    route.preferred_source = preferred_source;
    route.next_hops = {{std::nullopt, link}};
    return route;
}

Route blackhole_route(const net::Prefix& block) {
    Route route;
    route.destination = block;
    route.type = RouteType::Blackhole;
    return route;
}

Route learned_route(const net::Prefix& prefix, const std::vector<net::Address>& gateways) {
    Route route;
    route.destination = prefix;
    route.metric = kLearnedMetric;
    for (const net::Address& gateway : gateways) {
        route.next_hops.push_back({gateway, 0});
    }
    return route;
}

Result<void> replace(RtnlSocket& socket, const Route& route) {
    return socket.request(replace_route(route), "set route " + to_string(route));
}

Result<void> remove(RtnlSocket& socket, const Route& route) {
    auto done = socket.request(delete_route(route), "delete route " + to_string(route));
    return !done && is_absent(done.error()) ? Result<void>() : done;
}

Result<void> add_device_route(RtnlSocket& socket,
                              const net::Address& address,
                              std::string_view endpoint_id,
                              std::optional<net::Address> preferred_source) {
    const std::string name = host_link_name(endpoint_id);
    const auto index = index_of(socket, name);
    if (!index) {
        return index.error();
    }
    if (*index == 0) {
        return failed(ENODEV, "route " + address.to_string() + " to link " + name);
    }
    return replace(socket, device_route(address, *index, preferred_source));
}

Result<void> remove_device_route(RtnlSocket& socket,
                                 const net::Address& address,
                                 std::string_view endpoint_id) {
    const auto index = index_of(socket, host_link_name(endpoint_id));
    if (!index) {
        return index.error();
    }
    if (*index == 0) {
        return {};  // the kernel took the route away together with the link
    }
    return remove(socket, device_route(address, *index, std::nullopt));
}

Result<void> add_blackhole(RtnlSocket& socket, const net::Prefix& block) {
    return block.is_host() ? Result<void>() : replace(socket, blackhole_route(block));
}

Result<void> remove_blackhole(RtnlSocket& socket, const net::Prefix& block) {
    return remove(socket, blackhole_route(block));
}

Result<void> set_learned_route(RtnlSocket& socket,
                               const net::Prefix& prefix,
                               const std::vector<net::Address>& gateways) {
    const Route route = learned_route(prefix, gateways);
    return gateways.empty() ? remove(socket, route) : replace(socket, route);
}

Result<std::vector<Route>> own_routes(RtnlSocket& socket) {
    auto routes = socket.routes();
    if (routes) {
        std::erase_if(*routes, [](const Route& route) {
            return route.protocol != kRouteProtocol || route.table != kMainTable;
        });
    }
    return routes;
}

}  // namespace routeproof::kernel
