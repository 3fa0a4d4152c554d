#include "verifier/collect/needs.hpp"

#include "tests/unit/verifier/lab.hpp"

#include <gtest/gtest.h>

namespace routeproof::verifier {
namespace {

using testing::addr;
using testing::Lab;
using testing::pfx;

std::vector<net::Address> asked_on_leaf1(const Lab& lab) {
    return peers_to_ask(lab.expectations(), lab.observations.at("leaf1"));
}

TEST(Needs, NothingIsAskedTwiceWhereNothingIsMissing) {
    EXPECT_TRUE(asked_on_leaf1(Lab()).empty());
}

TEST(Needs, AHostWhosePrefixIsMissingIsAskedAbout) {
    Lab lab;
    lab.remove("leaf1", "172.16.100.0/26");
    EXPECT_EQ(asked_on_leaf1(lab), std::vector{addr("10.100.0.254")});
}

TEST(Needs, ARejectedPathWithAReasonNeedsNoSecondQuestion) {
    Lab lab;
    lab.routes("leaf1")[0].valid = false;
    EXPECT_EQ(asked_on_leaf1(lab), std::vector{addr("10.100.0.254")});
    lab.routes("leaf1")[0].reason = "rejected by import policy";
    EXPECT_TRUE(asked_on_leaf1(lab).empty());
}

TEST(Needs, ASessionThatIsDownHasReceivedNothing) {
    Lab lab;
    lab.remove("leaf1", "172.16.100.0/26");
    lab.session("leaf1", "10.100.0.254").established = false;
    EXPECT_TRUE(asked_on_leaf1(lab).empty());
}

TEST(Needs, ATableThatWasNotSeenTellsNothing) {
    Lab lab;
    lab.observations.at("leaf1").routes = drivers::RouteTable{};
    EXPECT_TRUE(asked_on_leaf1(lab).empty());
}

TEST(Needs, RangesThatLieInAnotherAreAskedForOnce) {
    Lab lab;
    lab.inventory.pools.push_back({"wide", pfx("172.16.0.0/16"), 26, {}});
    lab.inventory.pools.push_back({"six", pfx("2001:db8:1::/64"), 122, {}});
    EXPECT_EQ(ranges_to_ask(lab.inventory),
              (std::vector{pfx("172.16.0.0/16"), pfx("2001:db8:1::/64")}));
}

}  // namespace
}  // namespace routeproof::verifier
