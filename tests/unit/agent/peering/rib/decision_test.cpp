#include "agent/peering/rib/decision.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace routeproof::bgp {
namespace {

struct RouteSpec {
    std::vector<std::uint32_t> as_path{65000, 65101};
    std::uint32_t router_id = 1;
    const char* peer = "10.0.0.1";
    Origin origin = Origin::Igp;
    std::optional<std::uint32_t> med = std::nullopt;
    std::optional<std::uint32_t> local_pref = std::nullopt;
    bool internal = false;
    std::vector<net::Community> communities{};
    std::uint32_t interface = 0;
};

// Lives as long as the test program: a route only points to its attributes.
const PathAttributes* kept(PathAttributes attributes) {
    static std::deque<PathAttributes> all;
    return &all.emplace_back(std::move(attributes));
}

Route route(const RouteSpec& spec) {
    PathAttributes attributes;
    attributes.origin = spec.origin;
    attributes.as_path = path(spec.as_path);
    attributes.med = spec.med;
    attributes.local_pref = spec.local_pref;
    attributes.communities = spec.communities;
    const net::Address peer = address(spec.peer);
    return {
        kept(std::move(attributes)),
        NextHop{peer, spec.interface},
        RouteSource{
            peer, net::Asn(spec.as_path.front()), net::RouterId(spec.router_id), spec.internal}};
}

struct DecisionCase {
    const char* name;
    std::vector<RouteSpec> routes;
    Decision decision;
};

std::vector<DecisionCase> cases() {
    return {
        {"OnlyRoute", {{}}, {0, Reason::OnlyRoute, {0}}},
        {"LocalPrefBeforePathLength",
         {{.as_path = {65000}}, {.as_path = {65001, 65002}, .local_pref = 200}},
         {1, Reason::LocalPref, {1}}},
        {"NoLocalPrefCountsAs100",
         {{.peer = "10.0.0.2", .local_pref = 100}, {.router_id = 1}},
         {1, Reason::PeerAddress, {0, 1}}},
        {"ARouteAboutToGoIsTheLastChoice",
         {{.communities = {net::kGracefulShutdown}}, {.as_path = {65001, 64900, 64901, 65101}}},
         {1, Reason::LocalPref, {1}}},
        {"ShorterPath",
         {{.as_path = {65000, 64900, 65101}}, {.as_path = {65001, 65101}, .router_id = 9}},
         {1, Reason::AsPath, {1}}},
        {"LowerOrigin",
         {{.origin = Origin::Incomplete}, {.router_id = 9}},
         {1, Reason::Origin, {1}}},
        {"LowerMedOfTheSameNeighbour",
         {{.med = 20}, {.router_id = 9, .med = 10}},
         {1, Reason::Med, {1}}},
        {"MissingMedIsTheLowest", {{.med = 1}, {.router_id = 9}}, {1, Reason::Med, {1}}},
        {"MedsOfTwoNeighboursAreNotCompared",
         {{.as_path = {65000, 65101}, .med = 20},
          {.as_path = {65001, 65101}, .router_id = 9, .peer = "10.0.0.2", .med = 10}},
         {0, Reason::RouterId, {0, 1}}},
        {"ExternalBeforeInternal",
         {{.internal = true}, {.router_id = 9}},
         {1, Reason::External, {1}}},
        {"LowerRouterId",
         {{.as_path = {65000, 65101}, .router_id = 7},
          {.as_path = {65001, 65101}, .router_id = 3, .peer = "10.0.0.2"}},
         {1, Reason::RouterId, {0, 1}}},
        {"LowerPeerAddress",
         {{.peer = "10.0.0.20"}, {.peer = "10.0.0.3"}},
         {1, Reason::PeerAddress, {0, 1}}},
        {"OneRouterOverTwoLinks",
         {{.peer = "fe80::1", .interface = 9}, {.peer = "fe80::1", .interface = 4}},
         {1, Reason::Interface, {0, 1}}},
    };
}

TEST(BgpDecision, TakesTheStepsOfRfc4271InTheirOrder) {
    for (const auto& row : cases()) {
        std::vector<Route> routes;
        for (const auto& spec : row.routes) {
            routes.push_back(route(spec));
        }
        EXPECT_EQ(decide(routes), row.decision) << row.name;
    }
}

TEST(BgpDecision, DoesNotDependOnTheOrderOfArrival) {
    // MEDs that can be compared only in part: a pairwise comparison would go round in circles.
    std::vector<Route> routes{
        route({.as_path = {65000, 65101}, .router_id = 3, .peer = "10.0.0.3", .med = 10}),
        route({.as_path = {65000, 65101}, .router_id = 1, .peer = "10.0.0.1", .med = 20}),
        route({.as_path = {65001, 65101}, .router_id = 2, .peer = "10.0.0.2", .med = 0})};
    const auto by_peer = [](const Route& a, const Route& b) {
        return a.source.peer < b.source.peer;
    };
    std::sort(routes.begin(), routes.end(), by_peer);
    do {
        EXPECT_EQ(routes[decide(routes).best].source.peer, address("10.0.0.2"));
        EXPECT_EQ(decide(routes).multipath.size(), 2U);
    } while (std::next_permutation(routes.begin(), routes.end(), by_peer));
}

}  // namespace
}  // namespace routeproof::bgp
