#include "agent/kernel/overlaps.hpp"

#include "agent/kernel/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/rtnetlink.h>

namespace routeproof::kernel {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

net::Address address(const char* text) {
    return net::Address::parse(text).value();
}
net::Prefix prefix(const char* text) {
    return net::Prefix::parse(text).value();
}

const net::Prefix kPool = prefix("172.16.100.0/24");

std::vector<Link> links() {
    Link wired{2, "eth0", "", {}, 1500, true};
    Link container{7, "rp0123456789a", "veth", kHostMac, 1500, true};
    return {wired, container};
}

Route foreign(const char* destination, std::optional<net::Address> gateway = std::nullopt) {
    Route route;
    route.destination = prefix(destination);
    route.protocol = RTPROT_STATIC;
    route.next_hops = {{gateway, 2}};
    return route;
}

std::vector<std::string> found(const std::vector<InterfaceAddress>& addresses,
                               const std::vector<Route>& routes) {
    std::vector<std::string> sentences;
    for (const Overlap& overlap : overlaps_of(kPool, links(), addresses, routes)) {
        sentences.push_back(overlap.to_string());
    }
    return sentences;
}

TEST(Overlaps, AddressInsideThePoolAndItsConnectedRouteAreOne) {
    EXPECT_THAT(found({{address("172.16.100.7"), 25, 2, 0}}, {foreign("172.16.100.0/25")}),
                ElementsAre("interface eth0 has 172.16.100.0/25"));
}

TEST(Overlaps, OnLinkNetworkAroundThePoolCounts) {
    EXPECT_THAT(found({{address("172.16.1.1"), 16, 2, 0}}, {}),
                ElementsAre("interface eth0 has 172.16.0.0/16"));
}

TEST(Overlaps, ForeignRouteIntoThePoolCounts) {
    EXPECT_THAT(found({}, {foreign("172.16.100.128/25", address("192.0.2.1"))}),
                ElementsAre("a route to 172.16.100.128/25 leads to interface eth0"));
}

TEST(Overlaps, WayToTheRestOfTheWorldDoesNotCount) {
    EXPECT_THAT(found({},
                      {foreign("0.0.0.0/0", address("192.0.2.1")),
                       foreign("172.16.0.0/12", address("192.0.2.1"))}),
                IsEmpty());
}

TEST(Overlaps, OwnRoutesLinksAndDistantNetworksDoNotCount) {
    EXPECT_THAT(found({{address("169.254.1.1"), 32, 7, 254}, {address("192.0.2.9"), 24, 2, 0}},
                      {blackhole_route(prefix("172.16.100.0/26")),
                       device_route(address("172.16.100.1"), 7, std::nullopt),
                       learned_route(prefix("172.16.100.64/26"), {address("192.0.2.1")}),
                       foreign("198.51.100.0/24")}),
                IsEmpty());
}

}  // namespace
}  // namespace routeproof::kernel
