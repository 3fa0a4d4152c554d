#include "playbooks/plan.hpp"

#include "playbooks/batches.hpp"
#include "tests/unit/playbooks/network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::playbooks {
namespace {

using testing::addr;
using ::testing::HasSubstr;
using testing::network;
using testing::plan_complaints;
using testing::play;
using Names = std::vector<std::string>;

const char* const kEnd = "      - prove: {wait: 30s}\n      - confirm:\n";

std::string changing(const std::string& routers, const std::string& steps) {
    return play("    routers: " + routers + "\n    confirm_within: 2m\n    tasks:\n" + steps +
                kEnd);
}

TEST(PlaybookBatches, WavesGoOnUntilNoRouterIsLeft) {
    const Names five{"a", "b", "c", "d", "e"};
    EXPECT_EQ(batches_of(five, {}), (std::vector<Names>{five}));
    EXPECT_EQ(batches_of(five, {{2, false}}), (std::vector<Names>{{"a", "b"}, {"c", "d"}, {"e"}}));
    EXPECT_EQ(batches_of(five, {{1, false}, {50, true}}),
              (std::vector<Names>{{"a"}, {"b", "c"}, {"d", "e"}}));
    EXPECT_EQ(batches_of(five, {{10, true}}).size(), 5U) << "one at least";
}

TEST(PlaybookPlan, APlayOverAHostGoesOverItsRoutersAndPeerings) {
    const auto book = load_text(
        "play.yml",
        play("    hosts: host1\n    serial: 1\n    confirm_within: 2m\n    tasks:\n"
             "      - prefix_list: {name: L, prefixes: \"{{ pools }}\", or_longer: true}\n"
             "      - policy: {name: P, terms: [{prefix_list: L, action: accept}]}\n"
             "      - peer: {import: P, description: \"{{ host.name }} on {{ router.name }}\"}\n") +
            kEnd);
    ASSERT_TRUE(book);
    const auto plan = make_plan(*book, network(), {});
    ASSERT_TRUE(plan);
    const PlannedPlay& planned = plan->plays.front();
    EXPECT_EQ(planned.batches, (std::vector<Names>{{"leaf1"}, {"leaf2"}}));
    ASSERT_EQ(planned.windows.size(), 1U);
    const auto& items = planned.windows[0].items.at("leaf2");
    ASSERT_EQ(items.size(), 3U);
    const auto& policy = std::get<drivers::RoutePolicy>(items[1].item);
    EXPECT_TRUE(policy.terms.front().or_longer) << "as its prefix list";
    const auto& peer = std::get<drivers::BgpPeer>(items[2].item);
    EXPECT_EQ(peer.address, addr("10.2.0.1"));
    EXPECT_EQ(peer.remote_as, net::Asn(65100));
    EXPECT_EQ(peer.description, "host1 on leaf2");
}

TEST(PlaybookPlan, WhenIsDecidedPerRouter) {
    const auto book = load_text(
        "play.yml",
        changing(
            "leaf1:leaf2",
            "      - when: router.name == 'leaf2'\n        config: {frr: \"ip forwarding\"}\n"));
    const auto plan = make_plan(*book, network(), {});
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->plays[0].windows[0].items.count("leaf1"), 0U);
    EXPECT_EQ(plan->plays[0].windows[0].items.count("leaf2"), 1U);
}

TEST(PlaybookPlan, VariablesComeFromTheCommandLineFirst) {
    const std::string text =
        "routeproof: 1\nvars: {r: , other: leaf2}\nplays:\n  - {name: p, routers: \"{{ r }}\", "
        "tasks: [{wait: 1s}]}\n";
    EXPECT_THAT(plan_complaints(text), HasSubstr("\"r\" has to be given; add -e r=VALUE"));
    PlanRequest request;
    request.variables = {{"r", "leaf1"}};
    EXPECT_EQ(plan_complaints(text, request), "");
    request.variables["othr"] = "x";
    EXPECT_THAT(plan_complaints(text, request),
                HasSubstr("-e othr: play.yml declares no such variable under vars; did you mean "
                          "other?"));
}

TEST(PlaybookPlan, TheLimitNarrowsAndNeverEmpties) {
    const std::string text = play("    routers: leaf\n    tasks: [{wait: 1s}]\n");
    PlanRequest request;
    request.limit = "leaf2";
    EXPECT_EQ(plan_complaints(text, request), "");
    request.limit = "spine1";
    EXPECT_THAT(plan_complaints(text, request), HasSubstr("leaves no router of the play"));
    request.limit = "leaf9";
    EXPECT_THAT(plan_complaints(text, request), HasSubstr("no router is meant by \"leaf9\""));
}

struct Bad {
    const char* name;
    std::string text;
    const char* said;
};

std::ostream& operator<<(std::ostream& out, const Bad& bad) {
    return out << bad.name;
}

class PlaybookPlanRefuses : public ::testing::TestWithParam<Bad> {};

TEST_P(PlaybookPlanRefuses, BeforeAnythingIsTouched) {
    EXPECT_THAT(plan_complaints(GetParam().text), HasSubstr(GetParam().said));
}

const char* const kText = "      - config: {frr: \"ip forwarding\"}\n";

INSTANTIATE_TEST_SUITE_P(
    Table,
    PlaybookPlanRefuses,
    ::testing::Values(
        Bad{"pattern",
            play("    routers: laef1\n    tasks: [{wait: 1s}]\n"),
            "play.yml:4:14: no router is meant by \"laef1\"; did you mean leaf1?"},
        Bad{"no address",
            play("    routers: spine1\n    tasks: [{wait: 1s}]\n"),
            "gives spine1 no address"},
        Bad{"os that cannot",
            changing("leaf4", "      - peer: {address: 10.9.0.1, as: 65109}\n"),
            "the change for leaf4 (bird) cannot be made: not supported by bird"},
        Bad{"other os",
            changing("leaf3", kText),
            "holds no configuration for junos, which leaf3 runs"},
        Bad{"junos needs a group",
            changing("leaf3", "      - peer: {address: 10.9.0.1, as: 65109}\n"),
            "needs the name of its group on Junos"},
        Bad{"never confirmed",
            play("    routers: leaf1\n    confirm_within: 2m\n    tasks:\n" + std::string(kText) +
                 "      - prove: {wait: 30s}\n"),
            "this change is never confirmed"},
        Bad{"not proven",
            play("    routers: leaf1\n    confirm_within: 2m\n    tasks:\n" + std::string(kText) +
                 "      - confirm:\n"),
            "nothing has been proven since the change"},
        Bad{"proven perhaps",
            play("    routers: leaf1\n    confirm_within: 2m\n    tasks:\n" + std::string(kText) +
                 "      - {when: router.os == 'frr', prove: {wait: 30s}}\n      - confirm:\n"),
            "nothing has been proven since the change"},
        Bad{"no timer",
            play("    routers: leaf1\n    tasks:\n" + std::string(kText) + kEnd),
            "changes routers and says no confirm_within"},
        Bad{"too short",
            play("    routers: leaf1\n    confirm_within: 59s\n    tasks:\n" + std::string(kText) +
                 kEnd),
            "may take 1m (prove 30s and 10s stable and 2 looks of 5s, margin 10s), and "
            "confirm_within is 59s"},
        Bad{"endless pause",
            play("    routers: leaf1\n    confirm_within: 2m\n    tasks:\n" + std::string(kText) +
                 "      - prove: {wait: 5s}\n      - pause: keep it?\n      - confirm:\n"),
            "while a change is pending the timer would decide"},
        Bad{"change on change",
            play("    routers: leaf1\n    confirm_within: 2m\n    tasks:\n" + std::string(kText) +
                 "      - prove: {wait: 5s}\n" + kText + "      - confirm:\n"),
            "another change is in force and not confirmed"},
        Bad{"nothing to confirm",
            play("    routers: leaf1\n    tasks: [{confirm: }]\n"),
            "there is no change to decide about"},
        Bad{"late snapshot",
            play("    routers: leaf1\n    confirm_within: 2m\n    tasks:\n" + std::string(kText) +
                 "      - snapshot:\n" + kEnd),
            "would take the state with the change"},
        Bad{"alone by address",
            changing("leaf2", "      - peer: {address: 10.2.0.1, state: absent}\n"),
            "would leave leaf2 without any BGP peer"},
        Bad{"alone by shutdown",
            changing("leaf2", "      - peer: {address: 10.2.0.1, as: 65100, shutdown: true}\n"),
            "would leave leaf2 without any BGP peer"},
        Bad{"alone by text",
            changing("leaf1", "      - config: {frr: \"no router bgp 65000\"}\n"),
            "would leave leaf1 without any BGP peer"},
        Bad{"text that acts",
            changing("leaf1", "      - config: {frr: \"write memory\"}\n"),
            "'write' acts on the router"},
        Bad{"bad address",
            changing("leaf1", "      - peer: {address: 10.9.0.300, as: 65109}\n"),
            "play.yml:7:25: peer: \"10.9.0.300\""},
        Bad{"unknown variable",
            changing("leaf1", "      - config: {frr: \"{{ nix }}\"}\n"),
            "there is no variable \"nix\""},
        Bad{"a result before it is there",
            changing("leaf1",
                     "      - {register: c, config: {frr: \"ip forwarding\"}}\n"
                     "      - config: {frr: \"{{ c.changed }}\"}\n"),
            "is the result of a step"}));

TEST(PlaybookPlan, OneOfTwoPeersMayGo) {
    EXPECT_EQ(
        plan_complaints(changing("leaf1", "      - peer: {address: 10.1.0.1, state: absent}\n")),
        "");
}

}  // namespace
}  // namespace routeproof::playbooks
