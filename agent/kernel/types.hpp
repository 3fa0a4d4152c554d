// Links, addresses and routes as rtnetlink(7) tells them: plain values with ==.
#pragma once

#include "inventory/net/prefix.hpp"

#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace routeproof::kernel {

/// The agent's own number in rtm_protocol (`ip route show proto 82`). One exclusive number: what
/// bears it is ours to remove, and nothing else ever is. 80 is Calico's, 186 FRR's BGP, 12 BIRD's.
inline constexpr std::uint8_t kRouteProtocol = 82;

/// Metric of device routes and blackholes. The kernel's key of a route is prefix + TOS + metric, so
/// with a metric of their own learned routes can neither replace these nor win against them at the
/// same length; at a greater length (a /32 that another host borrowed from our block) they win by
/// longest match.
inline constexpr std::uint32_t kOwnMetric = 0;
/// Metric of routes learned from leaves. Odd enough not to meet an operator's own route.
inline constexpr std::uint32_t kLearnedMetric = 820;

inline constexpr std::uint32_t kMainTable = 254;

using MacAddress = std::array<std::uint8_t, 6>;
/// The same on every host, so that a container's ARP entry stays right after a move.
inline constexpr MacAddress kHostMac{0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE};

struct Link {
    int index = 0;
    std::string name;
    std::string kind;  // IFLA_INFO_KIND: "veth", "bridge"; empty for hardware and lo
    MacAddress mac{};
    std::uint32_t mtu = 0;
    bool up = false;

    friend bool operator==(const Link&, const Link&) = default;
};

/// An address on an interface with its on-link prefix.
struct InterfaceAddress {
    net::Address address;
    unsigned prefix_length = 0;
    int link = 0;
    std::uint8_t scope = 0;  // RT_SCOPE_*

    friend bool operator==(const InterfaceAddress&, const InterfaceAddress&) = default;
};

struct NextHop {
    std::optional<net::Address> gateway;
    int link = 0;  // 0 in a request: the kernel finds the link that leads to the gateway

    friend bool operator==(const NextHop&, const NextHop&) = default;
};

enum class RouteType : std::uint8_t {
    Unicast = 1,
    Local = 2,
    Broadcast = 3,
    Multicast = 5,
    Blackhole = 6,
    Unreachable = 7,
    Prohibit = 8
};

struct Route {
    net::Prefix destination;
    RouteType type = RouteType::Unicast;
    std::uint8_t protocol = kRouteProtocol;
    std::uint8_t scope = 0;  // RT_SCOPE_UNIVERSE
    std::uint32_t table = kMainTable;
    std::uint32_t metric = kOwnMetric;
    std::optional<net::Address> preferred_source;
    std::vector<NextHop> next_hops;  // none for a blackhole; several: ECMP

    friend bool operator==(const Route&, const Route&) = default;
};

std::ostream& operator<<(std::ostream& out, const Link& link);
std::ostream& operator<<(std::ostream& out, const Route& route);
/// As `ip route` prints it, for logs: "172.16.100.1/32 dev 7 proto 82 scope link".
std::string to_string(const Route& route);

}  // namespace routeproof::kernel
