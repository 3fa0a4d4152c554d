#include "agent/peering/adj_rib_in.hpp"

#include "tests/unit/agent/peering/rib_support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

using Prefixes = std::vector<net::Prefix>;

const net::Prefix kBlock = prefix("172.16.100.64/26");
const net::Prefix kOutside = prefix("192.0.2.0/24");

TEST(BgpImportPolicy, AcceptsNothingByDefault) {
    EXPECT_FALSE(ImportPolicy{}.accepts(kBlock));
}

TEST(BgpImportPolicy, AcceptsAPrefixAndIfSoSaidWhatIsLonger) {
    const ImportPolicy exact{{ImportRule{prefix("172.16.100.0/24"), false}}};
    EXPECT_TRUE(exact.accepts(prefix("172.16.100.0/24")));
    EXPECT_FALSE(exact.accepts(kBlock));
    EXPECT_TRUE(kPool.accepts(kBlock));
    EXPECT_FALSE(kPool.accepts(prefix("172.16.0.0/16")));
    EXPECT_FALSE(kPool.accepts(prefix("0.0.0.0/0")));
}

TEST(BgpAdjRibIn, HoldsWhatTheLeafSaysAndUsesWhatThePolicyLetsIn) {
    AdjRibIn rib(leaf1());
    EXPECT_EQ(rib.apply(announce(leaf1(), {kBlock, kOutside}), host_rules()), Prefixes{kBlock});
    EXPECT_EQ(rib.size(), 2U);
    EXPECT_EQ(rib.accepted(), 1U);
    ASSERT_NE(rib.find(kBlock), nullptr);
    EXPECT_EQ(rib.find(kBlock)->next_hop, leaf1().peer);
    EXPECT_EQ(rib.find(kOutside), nullptr);
}

TEST(BgpAdjRibIn, ForgetsWhatIsWithdrawn) {
    AdjRibIn rib(leaf1());
    rib.apply(announce(leaf1(), {kBlock, kOutside}), host_rules());
    EXPECT_EQ(rib.apply(withdraw({kBlock, kOutside, kBlock}), host_rules()), Prefixes{kBlock});
    EXPECT_EQ(rib.size(), 0U);
    EXPECT_EQ(rib.accepted(), 0U);
}

TEST(BgpAdjRibIn, ALaterAnnouncementReplacesTheEarlier) {
    AdjRibIn rib(leaf1());
    rib.apply(announce(leaf1(), {kBlock}), host_rules());
    Update better = announce(leaf1(), {kBlock});
    better.attributes.med = 5;
    EXPECT_EQ(rib.apply(better, host_rules()), Prefixes{kBlock});
    EXPECT_EQ(rib.size(), 1U);
    EXPECT_EQ(rib.accepted(), 1U);
    EXPECT_EQ(rib.find(kBlock)->attributes->med, 5U);
}

TEST(BgpAdjRibIn, TreatAsWithdrawTakesTheRouteAway) {
    AdjRibIn rib(leaf1());
    rib.apply(announce(leaf1(), {kBlock}), host_rules());
    Update faulty = announce(leaf1(), {kBlock});
    faulty.action = ErrorAction::TreatAsWithdraw;
    EXPECT_EQ(rib.apply(faulty, host_rules()), Prefixes{kBlock});
    EXPECT_EQ(rib.find(kBlock), nullptr);
}

TEST(BgpAdjRibIn, OurOwnRouteComingBackIsDroppedAndReplacesWhatWasThere) {
    AdjRibIn rib(leaf1());
    rib.apply(announce(leaf1(), {kBlock}), host_rules());
    Update loop = announce(leaf1(), {kBlock});
    loop.attributes.as_path = path({65000, 65100});
    EXPECT_EQ(rib.apply(loop, host_rules()), Prefixes{kBlock});
    EXPECT_EQ(rib.size(), 0U);
}

TEST(BgpAdjRibIn, ANextHopOfTheOtherFamilyIsHeldButNotUsed) {
    AdjRibIn rib(leaf1());
    Update odd = announce(leaf1(), {});
    odd.mp_reach =
        MpReach{kIpv4Unicast, net::Address::parse("2001:db8::1").value(), std::nullopt, {kBlock}};
    EXPECT_EQ(rib.apply(odd, host_rules()), Prefixes{});
    EXPECT_EQ(rib.size(), 1U);
    EXPECT_EQ(rib.accepted(), 0U);
}

struct AdmissionCase {
    const char* name;
    void (*change)(Update&);
    bool used;
};

class BgpAdmission : public testing::TestWithParam<AdmissionCase> {};

template <std::uint32_t kNextHop>
void next_hop(Update& update) {
    update.attributes.next_hop = net::Address::v4(kNextHop);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    BgpAdmission,
    testing::Values(AdmissionCase{"AsItShouldBe", [](Update&) {}, true},
                    AdmissionCase{"NextHopOfAThirdParty", next_hop<0x0A6400FC>, true},
                    AdmissionCase{"NextHopUnspecified", next_hop<0>, false},
                    AdmissionCase{"NextHopInThisNetwork", next_hop<0x00000001>, false},
                    AdmissionCase{"NextHopLoopback", next_hop<0x7F000001>, false},
                    AdmissionCase{"NextHopMulticast", next_hop<0xE0000001>, false},
                    AdmissionCase{"NextHopReserved", next_hop<0xF0000001>, false},
                    AdmissionCase{"NextHopBroadcast", next_hop<0xFFFFFFFF>, false},
                    AdmissionCase{"NextHopOurOwn", next_hop<0x0A6400FE>, false},
                    AdmissionCase{"EmptyPath",
                                  [](Update& update) { update.attributes.as_path = net::AsPath(); },
                                  false},
                    AdmissionCase{"PathOfAnotherNeighbour",
                                  [](Update& update) {
                                      update.attributes.as_path = path({64666, 65101});
                                  },
                                  false}),
    [](const auto& row) { return row.param.name; });

TEST_P(BgpAdmission, CostsTheRouteAtMost) {
    AdjRibIn rib(leaf1());
    Update update = announce(leaf1(), {kBlock});
    GetParam().change(update);
    rib.apply(update, host_rules());
    EXPECT_EQ(rib.find(kBlock) != nullptr, GetParam().used);
    EXPECT_EQ(rib.size(), 1U);
}

TEST(BgpAdjRibIn, TakesIpv6FromMpReachAndMpUnreach) {
    const ImportPolicy policy{{ImportRule{prefix("2001:db8::/32"), true}}};
    const AdmissionContext rules{net::Asn(65100), address("2001:db8:ffff::2"), policy};
    const net::Prefix pool = prefix("2001:db8:64::/64");
    AdjRibIn rib({address("2001:db8:ffff::1"), net::Asn(65000), net::RouterId(1), false});
    Update update = announce(leaf1(), {});
    update.attributes.next_hop.reset();
    update.mp_reach =
        MpReach{kIpv6Unicast, address("2001:db8:ffff::1"), address("fe80::1"), {pool}};
    EXPECT_EQ(rib.apply(update, rules), Prefixes{pool});
    EXPECT_EQ(rib.find(pool)->next_hop, address("2001:db8:ffff::1"));
    Update gone;
    gone.mp_unreach = MpUnreach{kIpv6Unicast, {pool}};
    EXPECT_EQ(rib.apply(gone, rules), Prefixes{pool});
}

}  // namespace
}  // namespace routeproof::bgp
