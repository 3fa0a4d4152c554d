#include "agent/kernel/route_sync.hpp"

#include <gtest/gtest.h>

namespace routeproof::kernel {
namespace {

net::Address address(const char* text) {
    return net::Address::parse(text).value();
}
net::Prefix prefix(const char* text) {
    return net::Prefix::parse(text).value();
}

const std::string kEndpoint(64, 'a');
const net::Prefix kBlock = prefix("172.16.100.0/26");
const net::Prefix kRemote = prefix("172.16.100.64/26");

Link host_end() {
    return {7, host_link_name(kEndpoint), "veth", kHostMac, 1500, true};
}

Expected one_container() {
    Expected expected;
    expected.endpoints = {{kEndpoint, address("172.16.100.1")}};
    expected.blocks = {kBlock};
    return expected;
}

Actual as_expected() {
    return {{host_end()},
            {blackhole_route(kBlock), device_route(address("172.16.100.1"), 7, std::nullopt)},
            {}};
}

TEST(RouteSync, NothingIsTouchedWhenAllIsRight) {
    EXPECT_EQ(compare(as_expected(), one_container()), Changes{});
}

TEST(RouteSync, EmptyKernelGetsTheBlackholesAndTellsOfTheLostLink) {
    Expected expected = one_container();
    expected.endpoints.front().has_sandbox = true;
    Changes wanted;
    wanted.add_routes = {blackhole_route(kBlock)};
    wanted.endpoints_without_link = {kEndpoint};
    EXPECT_EQ(compare({}, expected), wanted);
}

TEST(RouteSync, NoLinkAndNoSandboxMeansTheContainerIsGone) {
    Changes wanted;
    wanted.add_routes = {blackhole_route(kBlock)};
    wanted.dead_endpoints = {kEndpoint};
    EXPECT_EQ(compare({}, one_container()), wanted);
}

TEST(RouteSync, AContainerThatEndedUnseenLosesLinkAndRoute) {
    Actual actual = as_expected();
    actual.container_ends = {container_link_name(kEndpoint)};  // Docker has put it back
    Changes wanted;
    wanted.remove_routes = {device_route(address("172.16.100.1"), 7, std::nullopt)};
    wanted.remove_links = {host_end().name};
    wanted.dead_endpoints = {kEndpoint};
    EXPECT_EQ(compare(actual, one_container()), wanted);
}

TEST(RouteSync, ALinkThatDockerIsAboutToMoveIsLeftAlone) {
    Expected expected = one_container();
    expected.endpoints.front().has_sandbox = true;
    Actual actual = as_expected();
    actual.container_ends = {container_link_name(kEndpoint)};
    EXPECT_EQ(compare(actual, expected), Changes{});
}

TEST(RouteSync, ALinkInsideAContainerNeedsNoSandboxInSight) {
    EXPECT_TRUE(compare(as_expected(), one_container()).dead_endpoints.empty());
}

TEST(RouteSync, RemainsOfAnEarlierLifeGo) {
    Changes wanted;
    wanted.remove_routes = as_expected().routes;
    wanted.remove_links = {host_end().name};
    EXPECT_EQ(compare(as_expected(), {}), wanted);
}

TEST(RouteSync, LearnedRoutesGoAtStart) {
    Actual actual = as_expected();
    actual.routes.push_back(learned_route(kRemote, {address("10.100.0.253")}));
    Changes wanted;
    wanted.remove_routes = {actual.routes.back()};
    EXPECT_EQ(compare(actual, one_container()), wanted);
}

TEST(RouteSync, RouteToAnotherLinkIsReplacedInPlace) {
    Actual actual = as_expected();
    actual.routes.back() = device_route(address("172.16.100.1"), 9, std::nullopt);
    Changes wanted;
    wanted.add_routes = {device_route(address("172.16.100.1"), 7, std::nullopt)};
    EXPECT_EQ(compare(actual, one_container()), wanted);
}

TEST(RouteSync, OtherPreferredSourceIsReplacedInPlace) {
    Expected expected = one_container();
    expected.preferred_source = address("10.100.0.254");
    Changes wanted;
    wanted.add_routes = {device_route(address("172.16.100.1"), 7, address("10.100.0.254"))};
    EXPECT_EQ(compare(as_expected(), expected), wanted);
}

TEST(RouteSync, OrderOfNextHopsAndLinksOfTheKernelAreNoDifference) {
    Actual actual = as_expected();
    Route learned = learned_route(kRemote, {address("10.100.1.253"), address("10.100.0.253")});
    learned.next_hops.front().link = 3;
    learned.next_hops.back().link = 2;
    actual.routes.push_back(learned);
    Expected expected = one_container();
    expected.learned = {{kRemote, {address("10.100.0.253"), address("10.100.1.253")}}};
    EXPECT_EQ(compare(actual, expected), Changes{});
    expected.learned = {{kRemote, {address("10.100.0.253")}}};
    EXPECT_EQ(compare(actual, expected).add_routes.size(), 1U);
}

TEST(RouteSync, LearnedRouteAndBlackholeOfTheSamePrefixLiveSideBySide) {
    Actual actual = as_expected();
    actual.routes.push_back(learned_route(kBlock, {address("10.100.0.253")}));
    Expected expected = one_container();
    expected.learned = {{kBlock, {address("10.100.0.253")}}};
    EXPECT_EQ(compare(actual, expected), Changes{});
}

TEST(RouteSync, BlockOfOneAddressWantsNoBlackhole) {
    Expected expected;
    expected.blocks = {prefix("172.16.100.1/32")};
    EXPECT_EQ(compare({}, expected), Changes{});
}

}  // namespace
}  // namespace routeproof::kernel
