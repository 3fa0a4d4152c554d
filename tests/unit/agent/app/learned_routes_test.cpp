#include "agent/app/learned_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const net::Prefix kRoute = net::Prefix::parse("172.16.100.64/26").value();
const net::Prefix kOther = net::Prefix::parse("172.16.100.128/26").value();
const net::Address kLeaf1 = net::Address::parse("10.100.0.253").value();
const net::Address kLeaf2 = net::Address::parse("10.101.0.253").value();

class LearnedRoutesTest : public testing::Test {
protected:
    std::vector<std::string> take() { return std::exchange(kernel_, {}); }

    std::vector<std::string> kernel_;
    LearnedRoutes routes_{
        [this](const net::Prefix& prefix, const LearnedRoutes::Gateways& gateways) {
            std::string line = prefix.to_string();
            for (const auto& gateway : gateways) {
                line += " " + gateway.to_string();
            }
            kernel_.push_back(line);
        }};
};

TEST_F(LearnedRoutesTest, WhatAnEarlierLifeLearnedIsLeftAloneUntilItsLeafIsComplete) {
    routes_.adopt(kRoute, {kLeaf1, kLeaf2});
    EXPECT_THAT(take(), IsEmpty());
    routes_.complete(kLeaf1);
    EXPECT_THAT(take(), ElementsAre("172.16.100.64/26 10.101.0.253"));
    routes_.complete(kLeaf2);
    EXPECT_THAT(take(), ElementsAre("172.16.100.64/26"));
    EXPECT_EQ(routes_.installed(), 0U);
}

TEST_F(LearnedRoutesTest, WhatIsLearnedAgainStaysWhenItsLeafIsComplete) {
    routes_.adopt(kRoute, {kLeaf1, kLeaf2});
    routes_.learned(kRoute, {kLeaf1});
    EXPECT_THAT(take(), ElementsAre("172.16.100.64/26 10.100.0.253"));
    routes_.complete(kLeaf1);
    routes_.complete(kLeaf2);
    routes_.sweep();
    EXPECT_THAT(take(), IsEmpty());
    EXPECT_EQ(routes_.installed(), 1U);
}

TEST_F(LearnedRoutesTest, AWithdrawalEndsAStaleRouteToo) {
    routes_.adopt(kRoute, {kLeaf1});
    routes_.learned(kRoute, {});
    EXPECT_THAT(take(), ElementsAre("172.16.100.64/26"));
    EXPECT_EQ(routes_.stale(), 0U);
}

TEST_F(LearnedRoutesTest, WhenTimeIsUpTheRestGoes) {
    routes_.adopt(kRoute, {kLeaf1});
    routes_.adopt(kOther, {net::Address::parse("10.100.0.1").value()});  // of no leaf of ours
    routes_.complete(kLeaf1);
    EXPECT_THAT(take(), ElementsAre("172.16.100.64/26"));
    routes_.sweep();
    EXPECT_THAT(take(), ElementsAre("172.16.100.128/26"));
}

TEST_F(LearnedRoutesTest, WhoLeavesForGoodLeavesNothingBehind) {
    routes_.adopt(kRoute, {kLeaf1});
    routes_.learned(kOther, {kLeaf2});
    take();
    routes_.clear();
    EXPECT_THAT(take(), ElementsAre("172.16.100.64/26", "172.16.100.128/26"));
}

}  // namespace
}  // namespace routeproof::agent
