#include "agent/peering/route_tables.hpp"
#include "tests/unit/agent/peering/rib/rib_support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

const net::Prefix kBlock = prefix("172.16.100.64/26");

/// What was reported: nothing, or the next hops of the block.
using Change = std::optional<std::vector<net::Address>>;

class BgpLocRib : public testing::Test {
protected:
    BgpLocRib() {
        in1.set_session(leaf1(), host_rules());
        in2.set_session(leaf2(), host_rules());
        tables.add(&in1);
        tables.add(&in2);
    }
    Change says(AdjRibIn& rib, const Update& update) {
        reported.reset();
        std::vector<Slot> changed;
        rib.apply(update, changed);
        tables.decide_again(changed);
        return reported;
    }
    Change leaf1_says(const Update& update) { return says(in1, update); }
    Change leaf2_says(const Update& update) { return says(in2, update); }

    Change reported;
    RouteTables tables{[this](const net::Prefix& where, const NextHops& next_hops) {
        EXPECT_EQ(where, kBlock);
        reported.emplace();
        for (const auto& next_hop : next_hops) {
            reported->push_back(next_hop.address);
        }
    }};
    AdjRibIn in1{tables.prefixes(), tables.attributes()};
    AdjRibIn in2{tables.prefixes(), tables.attributes()};
};

TEST_F(BgpLocRib, SpreadsOverBothLeavesAndNarrowsWhenOneWithdraws) {
    EXPECT_EQ(leaf1_says(announce(leaf1(), {kBlock})), Change({leaf1().peer}));
    EXPECT_EQ(leaf2_says(announce(leaf2(), {kBlock})), Change({leaf1().peer, leaf2().peer}));
    EXPECT_EQ(leaf1_says(withdraw({kBlock})), Change({leaf2().peer}));
    EXPECT_EQ(leaf2_says(withdraw({kBlock})), Change(std::vector<net::Address>{}));
    EXPECT_EQ(tables.loc_rib().size(), 0U);
    EXPECT_EQ(tables.prefixes().size(), 0U);
}

TEST_F(BgpLocRib, SaysNothingWhileTheNextHopsStay) {
    leaf1_says(announce(leaf1(), {kBlock}));
    EXPECT_EQ(leaf1_says(announce(leaf1(), {kBlock})), std::nullopt);
    Update longer = announce(leaf2(), {kBlock});
    longer.attributes.as_path = path({65001, 64900, 65101});
    EXPECT_EQ(leaf2_says(longer), std::nullopt);
    const auto best = tables.explain(*tables.prefixes().find(kBlock));
    ASSERT_TRUE(best);
    EXPECT_EQ(best->reason, Reason::AsPath);
    EXPECT_EQ(best->candidates, 2U);
    EXPECT_EQ(best->best_peer, leaf1().peer);
}

TEST_F(BgpLocRib, ALostSessionTakesItsRoutesAlong) {
    leaf1_says(announce(leaf1(), {kBlock}));
    std::vector<Slot> changed;
    in1.drop(std::nullopt, changed);
    tables.decide_again(changed);
    EXPECT_EQ(reported, Change(std::vector<net::Address>{}));
}

TEST_F(BgpLocRib, WhatWeOriginateIsNeverLearned) {
    leaf1_says(announce(leaf1(), {kBlock}));
    ASSERT_TRUE(tables.originate(kBlock, {}));
    EXPECT_EQ(reported, Change(std::vector<net::Address>{}));
    EXPECT_EQ(leaf2_says(announce(leaf2(), {kBlock})), std::nullopt);
    const auto slot = tables.withdraw(kBlock);
    ASSERT_TRUE(slot);
    tables.withdrawn(*slot);
    EXPECT_EQ(reported, Change({leaf1().peer, leaf2().peer}));
}

TEST_F(BgpLocRib, OriginatingTheSameAgainChangesNothing) {
    EXPECT_TRUE(tables.originate(kBlock, {}));
    EXPECT_FALSE(tables.originate(kBlock, {}));
    AnnounceAttributes heavier;
    heavier.med = 5;
    EXPECT_TRUE(tables.originate(kBlock, heavier));
    EXPECT_EQ(tables.originated_count(), 1U);
    EXPECT_EQ(tables.announced().size(), 1U);
    EXPECT_FALSE(tables.withdraw(prefix("10.0.0.0/8")));
}

}  // namespace
}  // namespace routeproof::bgp
