#include "agent/kernel/types.hpp"

#include <linux/rtnetlink.h>

#include <ostream>

namespace routeproof::kernel {

static_assert(static_cast<int>(RouteType::Unicast) == RTN_UNICAST);
static_assert(static_cast<int>(RouteType::Local) == RTN_LOCAL);
static_assert(static_cast<int>(RouteType::Broadcast) == RTN_BROADCAST);
static_assert(static_cast<int>(RouteType::Multicast) == RTN_MULTICAST);
static_assert(static_cast<int>(RouteType::Blackhole) == RTN_BLACKHOLE);
static_assert(static_cast<int>(RouteType::Unreachable) == RTN_UNREACHABLE);
static_assert(static_cast<int>(RouteType::Prohibit) == RTN_PROHIBIT);
static_assert(kMainTable == RT_TABLE_MAIN);

std::string to_string(const Route& route) {
    std::string text = route.type == RouteType::Blackhole ? "blackhole " : "";
    text += route.destination.to_string();
    for (const NextHop& hop : route.next_hops) {
        text += route.next_hops.size() > 1 ? " nexthop" : "";
        text += hop.gateway ? " via " + hop.gateway->to_string() : std::string();
        text += hop.link != 0 ? " dev " + std::to_string(hop.link) : std::string();
    }
    text += " proto " + std::to_string(route.protocol);
    text += route.scope == RT_SCOPE_LINK ? " scope link" : "";
    text += route.preferred_source ? " src " + route.preferred_source->to_string() : std::string();
    text += route.metric != 0 ? " metric " + std::to_string(route.metric) : std::string();
    return text;
}

std::ostream& operator<<(std::ostream& out, const Route& route) {
    return out << to_string(route);
}

std::ostream& operator<<(std::ostream& out, const Link& link) {
    return out << link.index << ": " << link.name << " " << link.kind << " mtu " << link.mtu
               << (link.up ? " up" : " down");
}

}  // namespace routeproof::kernel
