#include "agent/peering/loc_rib.hpp"

#include "tests/unit/agent/peering/rib_support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

const net::Prefix kBlock = prefix("172.16.100.64/26");

using Change = std::optional<RibChange>;

Change to(std::vector<net::Address> next_hops) {
    return RibChange{kBlock, std::move(next_hops)};
}

class BgpLocRib : public testing::Test {
protected:
    Change leaf1_says(const Update& update) {
        in1.apply(update, host_rules());
        return rib.decide_again(kBlock, peers);
    }
    Change leaf2_says(const Update& update) {
        in2.apply(update, host_rules());
        return rib.decide_again(kBlock, peers);
    }

    AdjRibIn in1{leaf1()};
    AdjRibIn in2{leaf2()};
    std::vector<const AdjRibIn*> peers{&in1, &in2};
    LocRib rib;
};

TEST_F(BgpLocRib, SpreadsOverBothLeavesAndNarrowsWhenOneWithdraws) {
    EXPECT_EQ(leaf1_says(announce(leaf1(), {kBlock})), to({leaf1().peer}));
    EXPECT_EQ(leaf2_says(announce(leaf2(), {kBlock})), to({leaf1().peer, leaf2().peer}));
    EXPECT_EQ(leaf1_says(withdraw({kBlock})), to({leaf2().peer}));
    EXPECT_EQ(leaf2_says(withdraw({kBlock})), to({}));
    EXPECT_EQ(rib.size(), 0U);
}

TEST_F(BgpLocRib, SaysNothingWhileTheNextHopsStay) {
    leaf1_says(announce(leaf1(), {kBlock}));
    EXPECT_EQ(leaf1_says(announce(leaf1(), {kBlock})), std::nullopt);
    Update longer = announce(leaf2(), {kBlock});
    longer.attributes.as_path = path({65001, 64900, 65101});
    EXPECT_EQ(leaf2_says(longer), std::nullopt);
    EXPECT_EQ(rib.find(kBlock)->reason, Reason::AsPath);
    EXPECT_EQ(rib.decide_again(prefix("172.16.100.9/32"), peers), std::nullopt);
}

TEST_F(BgpLocRib, ALostSessionTakesItsRoutesAlong) {
    leaf1_says(announce(leaf1(), {kBlock}));
    const std::vector<const AdjRibIn*> none;
    EXPECT_EQ(rib.decide_again(kBlock, none), to({}));
}

TEST_F(BgpLocRib, WhatWeOriginateIsNeverLearned) {
    leaf1_says(announce(leaf1(), {kBlock}));
    EXPECT_EQ(rib.set_originated(kBlock, true, peers), to({}));
    EXPECT_EQ(leaf2_says(announce(leaf2(), {kBlock})), std::nullopt);
    EXPECT_EQ(rib.set_originated(kBlock, false, peers), to({leaf1().peer, leaf2().peer}));
}

}  // namespace
}  // namespace routeproof::bgp
