#include "agent/peering/rib/policy.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace routeproof::bgp {
namespace {

const net::Prefix kBlock = prefix("172.16.100.64/26");
const net::Address kNextHop = address("10.100.0.253");
const net::Asn kOwn{65100};

PathAttributes attributes() {
    PathAttributes path_attributes;
    path_attributes.as_path = path({65000, 64900, 65101});
    path_attributes.communities = {net::Community(65000, 1), net::Community(65000, 2)};
    path_attributes.large_communities = {{65000, 1, 2}};
    return path_attributes;
}

PolicyResult judge(const Policy& policy, const net::Prefix& where = kBlock) {
    return evaluate(policy, {where, attributes(), kNextHop}, kOwn);
}

TEST(BgpPolicy, WithoutTermsAcceptsNothing) {
    EXPECT_FALSE(judge({}).accepted);
    EXPECT_FALSE(judge(Policy::accept_inside({})).accepted);
    EXPECT_TRUE(judge(Policy::accept_all()).accepted);
}

struct RangeCase {
    const char* name;
    PrefixMatch range;
    const char* tried;
    bool matches;
};

class BgpPrefixList : public testing::TestWithParam<RangeCase> {};

TEST_P(BgpPrefixList, Matches) {
    EXPECT_EQ(GetParam().range.matches(prefix(GetParam().tried)), GetParam().matches);
}

const net::Prefix kNet = prefix("172.16.0.0/16");

INSTANTIATE_TEST_SUITE_P(
    All,
    BgpPrefixList,
    testing::Values(
        RangeCase{"ExactItself", PrefixMatch::exact(kNet), "172.16.0.0/16", true},
        RangeCase{"ExactNoLonger", PrefixMatch::exact(kNet), "172.16.0.0/17", false},
        RangeCase{"OrLongerItself", PrefixMatch::and_longer(kNet), "172.16.0.0/16", true},
        RangeCase{"OrLonger", PrefixMatch::and_longer(kNet), "172.16.3.1/32", true},
        RangeCase{"OrLongerNoShorter", PrefixMatch::and_longer(kNet), "172.0.0.0/8", false},
        RangeCase{"GeLow", {kNet, 24, 26}, "172.16.0.0/23", false},
        RangeCase{"Ge", {kNet, 24, 26}, "172.16.0.0/24", true},
        RangeCase{"Le", {kNet, 24, 26}, "172.16.9.64/26", true},
        RangeCase{"LeHigh", {kNet, 24, 26}, "172.16.0.0/27", false},
        RangeCase{"Elsewhere", {kNet, 24, 26}, "172.17.0.0/24", false},
        RangeCase{"OtherFamily", PrefixMatch::and_longer(kNet), "2001:db8::/32", false}),
    [](const auto& one) { return one.param.name; });

struct MatchCase {
    const char* name;
    std::function<void(PolicyMatch&)> restrict;
    bool matches;
};

class BgpPolicyMatch : public testing::TestWithParam<MatchCase> {};

TEST_P(BgpPolicyMatch, Decides) {
    Policy policy = Policy::accept_all();
    GetParam().restrict(policy.terms[0].match);
    EXPECT_EQ(judge(policy).accepted, GetParam().matches);
}

net::Community community(std::uint16_t value) {
    return {65000, value};
}

INSTANTIATE_TEST_SUITE_P(
    All,
    BgpPolicyMatch,
    testing::Values(
        MatchCase{"AllCommunities",
                  [](PolicyMatch& match) {
                      match.communities = {community(1), community(2)};
                  },
                  true},
        MatchCase{"NotAllCommunities",
                  [](PolicyMatch& match) {
                      match.communities = {community(1), community(3)};
                  },
                  false},
        MatchCase{"AnyCommunity",
                  [](PolicyMatch& match) {
                      match.any_community = {community(3), community(2)};
                  },
                  true},
        MatchCase{"NotAnyCommunity",
                  [](PolicyMatch& match) { match.any_community = {community(3)}; },
                  false},
        MatchCase{"LargeCommunity",
                  [](PolicyMatch& match) {
                      match.large_communities = {{65000, 1, 2}};
                  },
                  true},
        MatchCase{"NotAnyLargeCommunity",
                  [](PolicyMatch& match) {
                      match.any_large_community = {{65000, 1, 3}};
                  },
                  false},
        MatchCase{"PathContains",
                  [](PolicyMatch& match) { match.path_contains = {net::Asn(64900)}; },
                  true},
        MatchCase{"PathContainsNot",
                  [](PolicyMatch& match) { match.path_contains = {net::Asn(64901)}; },
                  false},
        MatchCase{"OriginAs",
                  [](PolicyMatch& match) {
                      match.origin_as = {net::Asn(1), net::Asn(65101)};
                  },
                  true},
        MatchCase{"OriginAsOfAnotherPlace",
                  [](PolicyMatch& match) { match.origin_as = {net::Asn(65000)}; },
                  false},
        MatchCase{"NextHop",
                  [](PolicyMatch& match) { match.next_hops = {prefix("10.100.0.0/24")}; },
                  true},
        MatchCase{"NextHopElsewhere",
                  [](PolicyMatch& match) { match.next_hops = {prefix("10.101.0.0/24")}; },
                  false},
        MatchCase{"AllConditionsMustHold",
                  [](PolicyMatch& match) {
                      match.communities = {community(1)};
                      match.prefixes = {PrefixMatch::exact(prefix("10.0.0.0/8"))};
                  },
                  false}),
    [](const auto& one) { return one.param.name; });

TEST(BgpPolicy, TheFirstTermThatDecidesDecides) {
    Policy policy;
    policy.terms.resize(2);
    policy.terms[0].match.prefixes = {PrefixMatch::exact(kBlock)};
    policy.terms[0].action = PolicyAction::Reject;
    EXPECT_FALSE(judge(policy).accepted);
    EXPECT_TRUE(judge(policy, prefix("172.16.100.1/32")).accepted);
}

TEST(BgpPolicy, LaterTermsSeeWhatEarlierOnesChanged) {
    Policy policy;
    policy.terms.resize(2);
    policy.terms[0].set.add_communities = {community(9)};
    policy.terms[0].action = PolicyAction::Next;
    policy.terms[1].match.communities = {community(9)};
    policy.terms[1].set.med = 7;
    const PolicyResult result = judge(policy);
    ASSERT_TRUE(result.changed);
    EXPECT_EQ(result.changed->med, 7U);
    EXPECT_EQ(result.changed->communities, (std::vector{community(1), community(2), community(9)}));
}

TEST(BgpPolicy, ReplacesRemovesAndAddsCommunitiesInThisOrder) {
    Policy policy = Policy::accept_all();
    policy.terms[0].set.communities = {{community(4), community(5)}};
    policy.terms[0].set.remove_communities = {community(5)};
    policy.terms[0].set.add_communities = {community(6), community(4)};
    policy.terms[0].set.remove_large_communities = {{65000, 1, 2}};
    const PolicyResult result = judge(policy);
    EXPECT_EQ(result.changed->communities, (std::vector{community(4), community(6)}));
    EXPECT_TRUE(result.changed->large_communities.empty());
}

TEST(BgpPolicy, PrependsOurOwnAs) {
    Policy policy = Policy::accept_all();
    policy.terms[0].set.prepend = 2;
    EXPECT_EQ(judge(policy).changed->as_path, path({65100, 65100, 65000, 64900, 65101}));
}

TEST(BgpPolicy, WhatIsRejectedIsNotChanged) {
    Policy policy;
    policy.terms.resize(1);
    policy.terms[0].set.med = 7;
    policy.terms[0].action = PolicyAction::Next;
    EXPECT_FALSE(judge(policy).accepted);
    EXPECT_FALSE(judge(policy).changed);
}

TEST(BgpPolicy, KnowsWhetherThePrefixMatters) {
    EXPECT_TRUE(ignores_prefixes(Policy::accept_all()));
    EXPECT_FALSE(ignores_prefixes(Policy::accept_inside({kBlock})));
}

}  // namespace
}  // namespace routeproof::bgp
