#include "verifier/expect/build.hpp"

#include "tests/unit/verifier/lab.hpp"

#include <gtest/gtest.h>

namespace routeproof::verifier {
namespace {

using inventory::Announcement;
using inventory::AnnouncementKind;
using inventory::AnnouncementState;
using testing::addr;
using testing::Lab;
using testing::pfx;

Announcement announcement(std::string_view prefix, AnnouncementKind kind) {
    Announcement result;
    result.prefix = pfx(prefix);
    result.kind = kind;
    return result;
}

const ExpectedRoute* find(const Expectations& all,
                          std::string_view host,
                          std::string_view router,
                          std::string_view prefix) {
    for (const ExpectedRoute& route : all.routes) {
        if (route.host == host && route.router == router && route.prefix == pfx(prefix)) {
            return &route;
        }
    }
    return nullptr;
}

TEST(Expectations, EveryBlockIsExpectedOnEveryRouterThatCanBeLookedInto) {
    const Expectations all = Lab().expectations();
    EXPECT_EQ(all.routers, (std::vector<std::string>{"leaf1", "leaf2"}));
    EXPECT_EQ(all.not_looked_into, std::vector<std::string>{"spine1"});
    EXPECT_EQ(all.routes.size(), 4U);
    EXPECT_EQ(all.workloads.size(), 4U);
    EXPECT_EQ(all.sessions.size(), 4U);
    ExpectedRoute direct;
    direct.host = "dockerhost1";
    direct.router = "leaf1";
    direct.prefix = pfx("172.16.100.0/26");
    direct.direct = true;
    direct.hops = 1;
    direct.peers = {addr("10.100.0.254")};
    direct.origins = {net::Asn(65100)};
    direct.next_hops = {addr("10.100.0.254")};
    EXPECT_EQ(all.routes.front(), direct);
}

TEST(Expectations, OriginIsTheInventorysAsWhateverTheAgentClaims) {
    Lab lab;
    lab.report("dockerhost1").asn = net::Asn(65199);
    lab.report("dockerhost1").announcements[0].origin_as = net::Asn(65199);
    EXPECT_EQ(lab.expectations().routes.front().origins, std::vector{net::Asn(65100)});
}

TEST(Expectations, StaticBlocksAreExpectedOfAHostThatCouldNotBeAsked) {
    Lab lab;
    lab.silent("dockerhost1", testing::refused());
    const Expectations all = lab.expectations();
    EXPECT_NE(find(all, "dockerhost1", "leaf2", "172.16.100.0/26"), nullptr);
    EXPECT_TRUE(all.is_unknown("dockerhost1"));
    EXPECT_EQ(all.workloads.size(), 2U);
}

TEST(Expectations, DrainingMayBeThereAndWithdrawnIsNotExpected) {
    Lab lab;
    auto& announcements = lab.report("dockerhost2").announcements;
    announcements.push_back(announcement("172.16.100.1/32", AnnouncementKind::Workload));
    announcements.back().state = AnnouncementState::Draining;
    announcements.push_back(announcement("172.16.100.2/32", AnnouncementKind::Workload));
    announcements.back().state = AnnouncementState::Withdrawn;
    const Expectations all = lab.expectations();
    ASSERT_NE(find(all, "dockerhost2", "leaf1", "172.16.100.1/32"), nullptr);
    EXPECT_FALSE(find(all, "dockerhost2", "leaf1", "172.16.100.1/32")->required);
    EXPECT_EQ(find(all, "dockerhost2", "leaf1", "172.16.100.2/32"), nullptr);
}

TEST(Expectations, AnycastMayComeFromEveryHostThatAnnouncesIt) {
    Lab lab;
    for (const char* host : {"dockerhost1", "dockerhost2"}) {
        lab.report(host).announcements.push_back(
            announcement("172.16.100.200/32", AnnouncementKind::Anycast));
    }
    const Expectations all = lab.expectations();
    const ExpectedRoute* route = find(all, "dockerhost1", "leaf2", "172.16.100.200/32");
    ASSERT_NE(route, nullptr);
    EXPECT_EQ(route->origins, (std::vector{net::Asn(65100), net::Asn(65101)}));
    EXPECT_EQ(route->hops, 1U);  // dockerhost2 is nearer
    EXPECT_EQ(route->next_hops, std::vector{addr("10.101.0.254")});
}

TEST(Expectations, AScopeNarrowsWhatIsProvenNotWhatIsKnown) {
    Lab lab;
    lab.scope = {{"leaf2"}, {"dockerhost1"}};
    const Expectations all = lab.expectations();
    EXPECT_EQ(all.routers, std::vector<std::string>{"leaf2"});
    ASSERT_EQ(all.routes.size(), 1U);
    EXPECT_EQ(all.routes[0].host, "dockerhost1");
    EXPECT_TRUE(all.announces("dockerhost2", pfx("172.16.100.64/26")));
}

TEST(Expectations, WhatLiesOutsideThePoolsIsNotExpected) {
    Lab lab;
    lab.report("dockerhost1")
        .announcements.push_back(announcement("198.51.100.0/24", AnnouncementKind::Block));
    EXPECT_EQ(lab.expectations().routes.size(), 4U);
}

}  // namespace
}  // namespace routeproof::verifier
