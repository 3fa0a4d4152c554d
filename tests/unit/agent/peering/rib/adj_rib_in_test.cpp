#include "agent/peering/rib/adj_rib_in.hpp"

#include "tests/unit/agent/peering/rib/rib_support.hpp"

#include <gtest/gtest.h>

#include <map>

namespace routeproof::bgp {
namespace {

using Prefixes = std::vector<net::Prefix>;

const net::Prefix kBlock = prefix("172.16.100.64/26");
const net::Prefix kOutside = prefix("192.0.2.0/24");

TEST(BgpAdjRibIn, HoldsWhatTheLeafSaysAndUsesWhatThePolicyLetsIn) {
    InRib rib(leaf1());
    EXPECT_EQ(rib.apply(announce(leaf1(), {kBlock, kOutside})), Prefixes{kBlock});
    EXPECT_EQ(rib.size(), 2U);
    EXPECT_EQ(rib.accepted(), 1U);
    ASSERT_TRUE(rib.find(kBlock));
    EXPECT_EQ(rib.find(kBlock)->next_hop, (NextHop{leaf1().peer, 0}));
    EXPECT_FALSE(rib.find(kOutside));
    EXPECT_EQ(rib.admission(kOutside), Admission::NotInPolicy);
}

TEST(BgpAdjRibIn, ForgetsWhatIsWithdrawn) {
    InRib rib(leaf1());
    rib.apply(announce(leaf1(), {kBlock, kOutside}));
    EXPECT_EQ(rib.apply(withdraw({kBlock, kOutside, kBlock})), Prefixes{kBlock});
    EXPECT_EQ(rib.size(), 0U);
    EXPECT_EQ(rib.accepted(), 0U);
}

TEST(BgpAdjRibIn, ALaterAnnouncementReplacesTheEarlier) {
    InRib rib(leaf1());
    rib.apply(announce(leaf1(), {kBlock}));
    Update better = announce(leaf1(), {kBlock});
    better.attributes.med = 5;
    EXPECT_EQ(rib.apply(better), Prefixes{kBlock});
    EXPECT_EQ(rib.size(), 1U);
    EXPECT_EQ(rib.accepted(), 1U);
    EXPECT_EQ(rib.find(kBlock)->attributes->med, 5U);
}

TEST(BgpAdjRibIn, TreatAsWithdrawTakesTheRouteAway) {
    InRib rib(leaf1());
    rib.apply(announce(leaf1(), {kBlock}));
    Update faulty = announce(leaf1(), {kBlock});
    faulty.action = ErrorAction::TreatAsWithdraw;
    EXPECT_EQ(rib.apply(faulty), Prefixes{kBlock});
    EXPECT_FALSE(rib.find(kBlock));
}

TEST(BgpAdjRibIn, OurOwnRouteComingBackIsDroppedAndReplacesWhatWasThere) {
    InRib rib(leaf1());
    rib.apply(announce(leaf1(), {kBlock}));
    Update loop = announce(leaf1(), {kBlock});
    loop.attributes.as_path = path({65000, 65100});
    EXPECT_EQ(rib.apply(loop), Prefixes{kBlock});
    EXPECT_EQ(rib.size(), 0U);
}

TEST(BgpAdjRibIn, ANextHopOfTheOtherFamilyIsHeldButNotUsed) {
    InRib rib(leaf1());
    Update odd = announce(leaf1(), {});
    odd.mp_reach =
        MpReach{kIpv4Unicast, net::Address::parse("2001:db8::1").value(), std::nullopt, {kBlock}};
    EXPECT_EQ(rib.apply(odd), Prefixes{});
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
    InRib rib(leaf1());
    Update update = announce(leaf1(), {kBlock});
    GetParam().change(update);
    rib.apply(update);
    EXPECT_EQ(rib.find(kBlock).has_value(), GetParam().used);
    EXPECT_EQ(rib.size(), 1U);
}

class BgpAdjRibInV6 : public testing::Test {
protected:
    BgpAdjRibInV6() : rib(kLeaf, rules()) {}
    static AdmissionContext rules() {
        static const Policy policy = Policy::accept_inside({prefix("2001:db8::/32")});
        AdmissionContext context = host_rules(policy);
        context.own_addresses = {address("2001:db8:ffff::2")};
        context.interface = 7;
        return context;
    }
    static Update reach(const char* next_hop, std::optional<net::Address> link_local = {}) {
        Update update = announce(leaf1(), {});
        update.attributes.next_hop.reset();
        update.mp_reach = MpReach{kIpv6Unicast, address(next_hop), link_local, {kNet}};
        return update;
    }

    static inline const RouteSource kLeaf{
        address("2001:db8:ffff::1"), net::Asn(65000), net::RouterId(1), false};
    static inline const net::Prefix kNet = prefix("2001:db8:64::/64");
    InRib rib;
};

TEST_F(BgpAdjRibInV6, TakesRoutesFromMpReachAndMpUnreach) {
    EXPECT_EQ(rib.apply(reach("2001:db8:ffff::1", address("fe80::1"))), Prefixes{kNet});
    EXPECT_EQ(rib.find(kNet)->next_hop, (NextHop{address("2001:db8:ffff::1"), 0}));
    Update gone;
    gone.mp_unreach = MpUnreach{kIpv6Unicast, {kNet}};
    EXPECT_EQ(rib.apply(gone), Prefixes{kNet});
}

TEST_F(BgpAdjRibInV6, ALinkLocalNextHopKeepsItsInterface) {
    rib.apply(reach("fe80::1"));
    EXPECT_EQ(rib.find(kNet)->next_hop, (NextHop{address("fe80::1"), 7}));
}

TEST(BgpAdjRibIn, ANextHopOfTheOtherFamilyIsUsedWhereThatIsAgreed) {
    AdmissionContext rules = host_rules();
    rules.extended_next_hop = {kIpv4Unicast};
    rules.interface = 3;
    InRib rib(leaf1(), rules);
    Update odd = announce(leaf1(), {});
    odd.mp_reach = MpReach{kIpv4Unicast, address("fe80::5"), std::nullopt, {kBlock}};
    EXPECT_EQ(rib.apply(odd), Prefixes{kBlock});
    EXPECT_EQ(rib.find(kBlock)->next_hop, (NextHop{address("fe80::5"), 3}));
}

TEST(BgpAdjRibIn, SaysNothingWhenToldTheSameAgain) {
    InRib rib(leaf1());
    rib.apply(announce(leaf1(), {kBlock}));
    EXPECT_EQ(rib.apply(announce(leaf1(), {kBlock})), Prefixes{});
}

TEST(BgpAdjRibIn, StaleRoutesAreUsedUntilTheyAreSwept) {
    InRib rib(leaf1());
    const net::Prefix other = prefix("172.16.100.7/32");
    rib.apply(announce(leaf1(), {kBlock, other}));
    rib.rib.mark_stale(kIpv4Unicast, AdjRibIn::Stale::Restart);
    EXPECT_EQ(rib.rib.stale(net::Family::IPv4), 2U);
    EXPECT_TRUE(rib.find(kBlock));
    EXPECT_EQ(rib.apply(announce(leaf1(), {kBlock})), Prefixes{});
    EXPECT_EQ(rib.rib.stale(net::Family::IPv4), 1U);
    EXPECT_EQ(rib.sweep(kIpv4Unicast, AdjRibIn::Stale::Restart), Prefixes{other});
    EXPECT_TRUE(rib.find(kBlock));
    EXPECT_EQ(rib.rib.stale(net::Family::IPv4), 0U);
}

TEST(BgpAdjRibIn, ARefreshPurgesWhatWasNotRepeatedAndNoOtherFamily) {
    InRib rib(leaf1());
    const net::Prefix other = prefix("172.16.100.7/32");
    rib.apply(announce(leaf1(), {kBlock, other}));
    rib.rib.mark_stale(kIpv6Unicast, AdjRibIn::Stale::Refresh);
    EXPECT_EQ(rib.sweep(kIpv4Unicast, AdjRibIn::Stale::Refresh), Prefixes{});
    rib.rib.mark_stale(kIpv4Unicast, AdjRibIn::Stale::Refresh);
    rib.apply(announce(leaf1(), {other}));
    EXPECT_EQ(rib.sweep(kIpv4Unicast, AdjRibIn::Stale::Restart), Prefixes{});
    EXPECT_EQ(rib.sweep(kIpv4Unicast, AdjRibIn::Stale::Refresh), Prefixes{kBlock});
}

TEST(BgpAdjRibIn, WhatIsFreshForOneReasonMayBeStaleForTheOther) {
    InRib rib(leaf1());
    rib.apply(announce(leaf1(), {kBlock}));
    rib.rib.mark_stale(kIpv4Unicast, AdjRibIn::Stale::Restart);
    rib.rib.mark_stale(kIpv4Unicast, AdjRibIn::Stale::Refresh);
    rib.rib.mark_fresh(kIpv6Unicast, AdjRibIn::Stale::Restart);
    rib.rib.mark_fresh(kIpv4Unicast, AdjRibIn::Stale::Refresh);
    EXPECT_EQ(rib.sweep(kIpv4Unicast, AdjRibIn::Stale::Refresh), Prefixes{});
    EXPECT_EQ(rib.rib.stale(net::Family::IPv4), 1U);
    rib.rib.mark_fresh(kIpv4Unicast, AdjRibIn::Stale::Restart);
    EXPECT_EQ(rib.rib.stale(net::Family::IPv4), 0U);
    EXPECT_EQ(rib.sweep(kIpv4Unicast, AdjRibIn::Stale::Restart), Prefixes{});
    EXPECT_TRUE(rib.find(kBlock));
}

TEST(BgpAdjRibIn, AChangedPolicyJudgesAllAgain) {
    InRib rib(leaf1());
    rib.apply(announce(leaf1(), {kBlock, kOutside}));
    const Policy other = Policy::accept_inside({kOutside});
    rib.rib.set_session(leaf1(), host_rules(other));
    std::vector<Slot> changed;
    rib.rib.judge_again(changed);
    EXPECT_EQ(rib.named(changed).size(), 2U);
    EXPECT_EQ(rib.admission(kBlock), Admission::NotInPolicy);
    EXPECT_EQ(rib.admission(kOutside), Admission::Accepted);
    EXPECT_EQ(rib.accepted(), 1U);
}

TEST(BgpAdjRibIn, ThePolicysChangesShowInWhatIsUsedAndNotInWhatIsHeld) {
    Policy policy;
    policy.terms.emplace_back();
    policy.terms[0].set.local_pref = 50;
    policy.terms[0].set.add_communities = {net::Community(65100, 1)};
    InRib rib(leaf1(), host_rules(policy));
    rib.apply(announce(leaf1(), {kBlock}));
    const auto used = rib.find(kBlock);
    ASSERT_TRUE(used);
    EXPECT_EQ(used->attributes->local_pref, 50U);
    EXPECT_EQ(used->attributes->communities, std::vector{net::Community(65100, 1)});
    EXPECT_FALSE(rib.rib.show(*rib.prefixes.find(kBlock))->attributes.path.local_pref);
}

// RFC 9234 5, ingress. leaf1 is AS 65000.
struct LeakCase {
    const char* name;
    Role role;  // ours
    std::optional<std::uint32_t> mark;
    Admission admission;
    std::optional<std::uint32_t> kept;  // the mark that is held
};

class BgpOnlyToCustomer : public testing::TestWithParam<LeakCase> {};

TEST_P(BgpOnlyToCustomer, TellsARouteLeak) {
    AdmissionContext rules = host_rules();
    rules.role = GetParam().role;
    InRib rib(leaf1(), rules);
    Update update = announce(leaf1(), {kBlock});
    if (GetParam().mark) {
        update.attributes.only_to_customer = net::Asn(*GetParam().mark);
    }
    rib.apply(update);
    EXPECT_EQ(rib.admission(kBlock), GetParam().admission);
    const auto& held = rib.rib.show(*rib.prefixes.find(kBlock))->attributes.path.only_to_customer;
    const auto expected =
        GetParam().kept ? std::optional(net::Asn(*GetParam().kept)) : std::nullopt;
    EXPECT_EQ(held, expected);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    BgpOnlyToCustomer,
    testing::Values(
        LeakCase{"MarkedFromACustomer", Role::Provider, 64999, Admission::RouteLeak, 64999},
        LeakCase{"PlainFromACustomer", Role::Provider, {}, Admission::Accepted, {}},
        LeakCase{
            "MarkedFromARouteServersClient", Role::RouteServer, 64999, Admission::RouteLeak, 64999},
        LeakCase{"MarkedByThePeerItself", Role::Peer, 65000, Admission::Accepted, 65000},
        LeakCase{"MarkedBySomebodyBehindAPeer", Role::Peer, 64999, Admission::RouteLeak, 64999},
        LeakCase{"PlainFromAPeerIsMarked", Role::Peer, {}, Admission::Accepted, 65000},
        LeakCase{"PlainFromAProviderIsMarked", Role::Customer, {}, Admission::Accepted, 65000},
        LeakCase{"MarkedFromAProvider", Role::Customer, 64999, Admission::Accepted, 64999},
        LeakCase{"PlainFromARouteServerIsMarked",
                 Role::RouteServerClient,
                 {},
                 Admission::Accepted,
                 65000}),
    [](const auto& one) { return one.param.name; });

// What the hash does not see, a peer could make a table's worth of, all in one place.
TEST(BgpReceivedAttributes, HashApartWhateverTheyDifferIn) {
    const ReceivedAttributes plain{announce(leaf1(), {}).attributes, {leaf1().peer, 0}};
    const auto with = [&plain](auto change) {
        ReceivedAttributes changed = plain;
        change(changed);
        return changed;
    };
    const std::pair<const char*, ReceivedAttributes> rows[] = {
        {"interface", with([](auto& one) { one.next_hop.interface = 3; })},
        {"origin", with([](auto& one) { one.path.origin = Origin::Incomplete; })},
        {"no origin", with([](auto& one) { one.path.origin.reset(); })},
        {"atomic aggregate", with([](auto& one) { one.path.atomic_aggregate = true; })},
        {"aggregator", with([](auto& one) {
             one.path.aggregator = Aggregator{net::Asn(65000), address("192.0.2.1")};
         })},
        {"aggregator's AS", with([](auto& one) {
             one.path.aggregator = Aggregator{net::Asn(65001), address("192.0.2.1")};
         })},
        {"aggregator's address", with([](auto& one) {
             one.path.aggregator = Aggregator{net::Asn(65000), address("192.0.2.2")};
         })},
        {"originator id", with([](auto& one) { one.path.originator_id = address("192.0.2.1"); })},
        {"cluster list", with([](auto& one) { one.path.cluster_list = {address("192.0.2.2")}; })},
        {"OTC", with([](auto& one) { one.path.only_to_customer = net::Asn(65000); })},
        {"unknown", with([](auto& one) {
             one.path.unknown = {{0xC0, 99, {}}};
         })},
        {"unknown's flags", with([](auto& one) {
             one.path.unknown = {{0xE0, 99, {}}};
         })},
    };
    std::map<std::size_t, std::string> seen{{HashReceivedAttributes()(plain), "plain"}};
    for (const auto& [name, attributes] : rows) {
        const auto [other, fresh] = seen.emplace(HashReceivedAttributes()(attributes), name);
        EXPECT_TRUE(fresh) << name << " and " << other->second;
    }
    EXPECT_EQ(HashReceivedAttributes()(ReceivedAttributes(plain)), HashReceivedAttributes()(plain));
}

}  // namespace
}  // namespace routeproof::bgp
