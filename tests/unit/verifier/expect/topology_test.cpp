#include "verifier/expect/topology.hpp"

#include "tests/unit/verifier/lab.hpp"

#include <gtest/gtest.h>

namespace routeproof::verifier {
namespace {

using testing::addr;
using testing::Lab;

std::map<std::string, Approach> from_host1(const Lab& lab) {
    return approaches(lab.inventory, {&lab.inventory.hosts[0]}, net::Family::IPv4);
}

TEST(Topology, AHostIsOneHopFromItsLeafAndThreeFromTheFarOne) {
    const Lab lab;
    const std::map<std::string, Approach> expected{
        {"leaf1", {1, true, {addr("10.100.0.254")}, {addr("10.100.0.254")}}},
        {"spine1", {2, false, {}, {addr("10.200.1.1")}}},
        {"leaf2", {3, false, {}, {addr("10.200.2.0")}}}};
    EXPECT_EQ(from_host1(lab), expected);
}

TEST(Topology, TwoSpinesGiveTheFarLeafTwoNextHops) {
    Lab lab;
    inventory::Router spine2 = lab.router("spine1");
    spine2.name = "spine2";
    spine2.asn = net::Asn(64901);
    lab.inventory.routers.push_back(spine2);
    lab.inventory.links.push_back({"leaf1", addr("10.200.3.1"), "spine2", addr("10.200.3.0"), {}});
    lab.inventory.links.push_back({"spine2", addr("10.200.4.0"), "leaf2", addr("10.200.4.1"), {}});
    EXPECT_EQ(from_host1(lab).at("leaf2").next_hops,
              (std::vector{addr("10.200.2.0"), addr("10.200.4.0")}));
}

TEST(Topology, ADualHomedHostIsDirectOnBothLeaves) {
    Lab lab;
    lab.inventory.hosts[0].peerings.push_back(
        {"leaf2", addr("10.102.0.254"), addr("10.102.0.253"), {}});
    const auto reached = from_host1(lab);
    EXPECT_EQ(reached.at("leaf1").next_hops, std::vector{addr("10.100.0.254")});
    EXPECT_EQ(reached.at("leaf2").next_hops, std::vector{addr("10.102.0.254")});
    EXPECT_EQ(reached.at("spine1").next_hops,
              (std::vector{addr("10.200.1.1"), addr("10.200.2.1")}));
}

TEST(Topology, ALeafDropsAPathWithItsOwnAs) {
    Lab lab;
    lab.router("leaf2").asn = net::Asn(65000);  // as leaf1
    EXPECT_FALSE(from_host1(lab).contains("leaf2"));
}

TEST(Topology, ARouterWithoutLinksIsNotReached) {
    Lab lab;
    lab.inventory.links.pop_back();
    EXPECT_FALSE(from_host1(lab).contains("leaf2"));
}

TEST(Topology, AddressesOfThePrefixFamilyArePreferred) {
    Lab lab;
    lab.inventory.hosts[0].peerings.push_back(
        {"leaf1", addr("2001:db8::fe"), addr("2001:db8::fd"), {}});
    EXPECT_EQ(from_host1(lab).at("leaf1").next_hops, std::vector{addr("10.100.0.254")});
    const auto v6 = approaches(lab.inventory, {&lab.inventory.hosts[0]}, net::Family::IPv6);
    EXPECT_EQ(v6.at("leaf1").next_hops, std::vector{addr("2001:db8::fe")});
    // Nothing but IPv4 on that link: RFC 8950 the other way round.
    EXPECT_EQ(v6.at("leaf2").next_hops, std::vector{addr("10.200.2.0")});
}

}  // namespace
}  // namespace routeproof::verifier
