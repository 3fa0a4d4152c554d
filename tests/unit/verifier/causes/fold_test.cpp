// One clear line of cause for each way in which the small network can break.
#include "tests/unit/verifier/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace routeproof::verifier {
namespace {

using testing::addr;
using testing::best;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Lab;
using testing::pfx;
using ::testing::StartsWith;
using testing::texts;

constexpr const char* kBlock1 = "172.16.100.0/26";

void remove_everywhere(Lab& lab) {
    lab.remove("leaf1", kBlock1);
    lab.remove("leaf2", kBlock1);
}

void reject(Lab& lab) {
    remove_everywhere(lab);
    drivers::ReceivedRoute rejected;
    rejected.route = best(kBlock1, "65100", "10.100.0.254");
    rejected.verdict = drivers::ReceivedRoute::Verdict::Rejected;
    lab.received("leaf1", "10.100.0.254", {rejected});
}

// Whatever the cause: every finding that is not ok belongs to exactly one.
void expect_all_claimed_once(const RunResult& result) {
    std::vector<std::size_t> claimed;
    for (const Cause& cause : result.causes) {
        claimed.insert(claimed.end(), cause.findings.begin(), cause.findings.end());
    }
    std::sort(claimed.begin(), claimed.end());
    std::vector<std::size_t> not_ok;
    for (std::size_t i = 0; i < result.findings.size(); ++i) {
        if (result.findings[i].verdict != Verdict::Ok) {
            not_ok.push_back(i);
        }
    }
    EXPECT_EQ(claimed, not_ok);
}

TEST(Causes, APolicyRejectExplainsTheAbsenceEverywhere) {
    Lab lab;
    reject(lab);
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    EXPECT_THAT(texts(result.causes),
                ElementsAre("leaf1 rejects 172.16.100.0/26 from dockerhost1 (10.100.0.254, AS "
                            "65100) by import policy FROM-HOSTS: received, not accepted; 12 "
                            "obligations on leaf1, leaf2"));
    EXPECT_EQ(result.causes[0].code, CauseCode::PolicyReject);
    EXPECT_EQ(result.causes[0].next_step, "on leaf1: show received 10.100.0.254");
    EXPECT_EQ(result.exit_code, 1);
}

TEST(Causes, WhatWasAcceptedWhileWeLookedIsNotCalledRejected) {
    Lab lab;
    remove_everywhere(lab);
    drivers::ReceivedRoute accepted;
    accepted.route = best(kBlock1, "65100", "10.100.0.254");
    accepted.verdict = drivers::ReceivedRoute::Verdict::Accepted;
    lab.received("leaf1", "10.100.0.254", {accepted});
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    EXPECT_NE(result.causes[0].code, CauseCode::PolicyReject) << result.causes[0].text;
    for (const Finding& finding : result.findings) {
        EXPECT_NE(finding.code, Code::Rejected) << finding;
    }
}

TEST(Causes, AStrangerIsNamedWithItsVictim) {
    Lab lab;
    lab.routes("leaf2").push_back(best("172.16.100.1/32", "64900 64666", "10.200.2.0"));
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    EXPECT_THAT(texts(result.causes),
                ElementsAre("stranger 172.16.100.1/32 from AS 64666 (path 64900 64666, next hop "
                            "10.200.2.0) on leaf2: nobody in the inventory announces it; it takes "
                            "the traffic of demo1 (172.16.100.1 on dockerhost1); 2 obligations on "
                            "leaf2"));
    EXPECT_EQ(result.causes[0].next_step, "on leaf2: show received 10.200.2.0");
}

void announce_with_65199(Lab& lab) {
    lab.routes("leaf1")[0].as_path = testing::path("65199");
    lab.routes("leaf2")[0].as_path = testing::path("64900 65000 65199");
    lab.session("leaf1", "10.100.0.254").peer_as = net::Asn(65199);
}

TEST(Causes, AWrongAsIsOneCauseWithBothViews) {
    Lab lab;
    announce_with_65199(lab);
    lab.report("dockerhost1").asn = net::Asn(65199);
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    ASSERT_EQ(result.causes.size(), 1U) << ::testing::PrintToString(texts(result.causes));
    EXPECT_THAT(result.causes[0].text,
                StartsWith("dockerhost1 announces with AS 65199, the inventory says 65100: seen on "
                           "leaf1, leaf2; the agent's own configuration says 65199; "));
    EXPECT_EQ(result.causes[0].code, CauseCode::WrongAs);
}

TEST(Causes, AWrongAsThatTheAgentDoesNotKnowOfSaysSo) {
    Lab lab;
    announce_with_65199(lab);
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    ASSERT_EQ(result.causes.size(), 1U);
    EXPECT_THAT(result.causes[0].text, HasSubstr("the agent's own configuration says 65100"));
}

TEST(Causes, AWrongAsThatKeepsTheSessionDownIsStillTheWrongAs) {
    Lab lab;
    remove_everywhere(lab);
    lab.session("leaf1", "10.100.0.254").established = false;
    lab.session("leaf1", "10.100.0.254").state = "Idle";
    lab.report("dockerhost1").asn = net::Asn(65199);
    lab.report("dockerhost1").sessions[0].state = "Idle";
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    ASSERT_EQ(result.causes.size(), 1U) << ::testing::PrintToString(texts(result.causes));
    EXPECT_THAT(result.causes[0].text,
                StartsWith("dockerhost1 runs with AS 65199, the inventory says 65100"));
}

TEST(Causes, AnUnreachableLeafIsUnknownNeverAbsent) {
    Lab lab;
    lab.unreachable("leaf2", testing::refused());
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    EXPECT_THAT(texts(result.causes),
                ElementsAre("leaf2 could not be looked at: connect: 192.0.2.12:22: connection "
                            "refused; 16 obligations on leaf2"));
    EXPECT_EQ(result.causes[0].verdict, Verdict::Unknown);
    EXPECT_EQ(result.exit_code, 2);
}

TEST(Causes, ATableThatWasNotSeenIsUnknown) {
    Lab lab;
    lab.observations.at("leaf1").routes = drivers::RouteTable{};
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    ASSERT_EQ(result.causes.size(), 1U);
    EXPECT_THAT(result.causes[0].text, StartsWith("leaf1 showed no BGP table"));
    EXPECT_EQ(result.exit_code, 2);
}

TEST(Causes, AHostThatCouldNotBeAskedIsOneCause) {
    Lab lab;
    lab.silent("dockerhost1", testing::refused());
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    ASSERT_EQ(result.causes.size(), 1U) << ::testing::PrintToString(texts(result.causes));
    EXPECT_EQ(result.causes[0].code, CauseCode::HostNotAsked);
    EXPECT_THAT(result.causes[0].text,
                StartsWith("the agent of dockerhost1 could not be asked: connect: "));
    EXPECT_EQ(result.exit_code, 2);
}

TEST(Causes, ASessionThatIsDownCarriesBothEndsWords) {
    Lab lab;
    remove_everywhere(lab);
    lab.session("leaf1", "10.100.0.254").established = false;
    lab.session("leaf1", "10.100.0.254").state = "Active";
    lab.session("leaf1", "10.100.0.254").last_error = "Hold Timer Expired Error";
    lab.report("dockerhost1").sessions[0].state = "Connect";
    lab.report("dockerhost1").sessions[0].last_error = "no route to host";
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    ASSERT_EQ(result.causes.size(), 1U) << ::testing::PrintToString(texts(result.causes));
    EXPECT_THAT(
        result.causes[0].text,
        StartsWith("session between dockerhost1 (10.100.0.254, AS 65100) and leaf1 is not "
                   "as agreed: leaf1 says Active, last error: Hold Timer Expired Error; its "
                   "agent says Connect, last error: no route to host; "));
}

TEST(Causes, ASessionThatOnlyTheAgentMissesIsSeenDifferently) {
    Lab lab;
    lab.report("dockerhost1").sessions[0].state = "Active";
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    ASSERT_EQ(result.causes.size(), 1U);
    EXPECT_THAT(result.causes[0].text,
                HasSubstr("is seen differently: leaf1 says Established; its agent says Active"));
}

TEST(Causes, ALinkThatIsDownExplainsWhatTheFarLeafLacks) {
    Lab lab;
    lab.session("leaf2", "10.200.2.0").established = false;
    lab.session("leaf2", "10.200.2.0").state = "Idle";
    lab.remove("leaf2", kBlock1);
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    ASSERT_EQ(result.causes.size(), 1U) << ::testing::PrintToString(texts(result.causes));
    EXPECT_EQ(result.causes[0].code, CauseCode::LinkDown);
}

TEST(Causes, AHostThatDoesNotAnnounceItsBlockIsNamed) {
    Lab lab;
    remove_everywhere(lab);
    lab.received("leaf1", "10.100.0.254", {});
    lab.report("dockerhost1").announcements.clear();
    lab.report("dockerhost1").workloads.clear();
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    EXPECT_THAT(
        texts(result.causes),
        ElementsAre(StartsWith("leaf1 has no 172.16.100.0/26 from dockerhost1 "
                               "(10.100.0.254, AS 65100): its agent does not announce it")));
    EXPECT_EQ(result.causes[0].code, CauseCode::NotAnnounced);
}

TEST(Causes, WhatTheAgentAnnouncesAndALeafHasNoTraceOfMayHaveBeenRejectedAndNotKept) {
    Lab lab;
    remove_everywhere(lab);
    lab.received("leaf1", "10.100.0.254", {});
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    EXPECT_THAT(texts(result.causes),
                ElementsAre(StartsWith("leaf1 has no 172.16.100.0/26 from dockerhost1 "
                                       "(10.100.0.254, AS 65100): its agent says active; it did "
                                       "not arrive, or was rejected and not kept; ")));
}

TEST(Causes, LostBetweenLeafAndLeafIsSaidSo) {
    Lab lab;
    lab.remove("leaf2", kBlock1);
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    EXPECT_THAT(texts(result.causes),
                ElementsAre(StartsWith("leaf2 lacks 172.16.100.0/26 of dockerhost1 (AS 65100), "
                                       "which leaf1 accepted: lost on the way; not looked into: "
                                       "spine1; ")));
}

TEST(Causes, AHostsPrefixFromAnotherAsIsAHijack) {
    Lab lab;
    lab.routes("leaf2")[0].as_path = testing::path("64900 64666");
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    ASSERT_EQ(result.causes.size(), 1U) << ::testing::PrintToString(texts(result.causes));
    EXPECT_EQ(result.causes[0].code, CauseCode::Hijack);
    EXPECT_THAT(result.causes[0].text,
                StartsWith("172.16.100.0/26 of dockerhost1 is originated by AS 64666 (path 64900 "
                           "64666, next hop 10.200.2.0) as well: seen on leaf2"));
}

TEST(Causes, WhatAHostGaveUpAndALeafStillHoldsIsStale) {
    Lab lab;
    lab.routes("leaf1").push_back(best("172.16.100.1/32", "64900 65001 65101", "10.200.1.0"));
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    EXPECT_THAT(
        texts(result.causes),
        ElementsAre(StartsWith("stale 172.16.100.1/32 from AS 65101 (path 64900 65001 65101, "
                               "next hop 10.200.1.0) on leaf1: the agent of dockerhost2 says "
                               "that it does not announce it; it takes the traffic of demo1")));
}

// XML may spell ESC as &#27;, and whoever may create containers chooses their names.
TEST(Causes, NoNameOfARouterOrAContainerReachesTheTerminalAsControlCharacters) {
    Lab lab;
    reject(lab);
    lab.session("leaf1", "10.100.0.254").import_policy = "FROM\033[2J\nok";
    lab.report("dockerhost2").workloads[0].container =
        "demo2\033]0;x\007\xC2\x9B"
        "2J";
    lab.routes("leaf2").push_back(best("172.16.100.65/32", "64900 64666", "10.200.2.0"));
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    ASSERT_EQ(result.causes.size(), 2U);
    const auto is_clean = [](const std::string& text) {
        return text.find("\xC2\x9B") == std::string::npos &&
               std::all_of(text.begin(), text.end(), [](char c) {
                   return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
               });
    };
    for (const Cause& cause : result.causes) {
        EXPECT_TRUE(is_clean(cause.text)) << cause.text;
    }
    for (const Finding& finding : result.findings) {
        EXPECT_TRUE(is_clean(finding.actual)) << finding;
    }
}

TEST(Causes, ThousandsOfRejectedPrefixesAreOneLine) {
    Lab lab;
    lab.inventory.pools[0].cidr = pfx("172.16.0.0/16");
    std::vector<drivers::ReceivedRoute> all;
    for (std::uint32_t i = 0; i < 200; ++i) {
        inventory::Announcement more;
        more.prefix = net::Prefix(net::Address::v4(0xAC10C800 + i), 32);
        lab.report("dockerhost1").announcements.push_back(more);
        drivers::ReceivedRoute rejected;
        rejected.route = best(more.prefix.to_string(), "65100", "10.100.0.254");
        all.push_back(rejected);
    }
    lab.received("leaf1", "10.100.0.254", all);
    const RunResult result = lab.judged();
    expect_all_claimed_once(result);
    EXPECT_THAT(texts(result.causes),
                ElementsAre(StartsWith("leaf1 rejects 200 prefixes (172.16.200.0/32, ...) from "
                                       "dockerhost1")));
}

}  // namespace
}  // namespace routeproof::verifier
