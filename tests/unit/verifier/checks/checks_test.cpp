// Every check in every verdict that it can give, on the small network of lab.hpp.
#include "tests/unit/verifier/lab.hpp"
#include "verifier/checks/catalogue.hpp"

#include <gtest/gtest.h>

#include <set>

namespace routeproof::verifier {
namespace {

using testing::addr;
using testing::best;
using testing::Lab;
using testing::one;
using testing::only;
using testing::pfx;

constexpr const char* kBlock1 = "172.16.100.0/26";

void expect(const Finding& finding, Verdict verdict, Code code, std::string_view actual) {
    EXPECT_EQ(finding.verdict, verdict) << finding;
    EXPECT_EQ(finding.code, code) << finding;
    EXPECT_EQ(finding.actual, actual);
}

drivers::ReceivedRoute rejected(std::string reason) {
    drivers::ReceivedRoute route;
    route.route = best(kBlock1, "65100", "10.100.0.254");
    route.verdict = drivers::ReceivedRoute::Verdict::Rejected;
    route.reason = std::move(reason);
    return route;
}

TEST(Catalogue, EveryCheckHasItsRowAndItsOwnId) {
    std::set<std::string_view> ids;
    for (std::size_t i = 0; i < catalogue().size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(catalogue()[i].id_value), i);
        EXPECT_TRUE(ids.insert(catalogue()[i].id).second);
    }
    EXPECT_EQ(ids.size(), 11U);
}

TEST(Checks, AHealthyNetworkIsProvenByEveryCheck) {
    const RunResult result = Lab().judged();
    std::set<CheckId> seen;
    for (const Finding& finding : result.findings) {
        EXPECT_EQ(finding.verdict, Verdict::Ok) << finding;
        seen.insert(finding.check);
    }
    EXPECT_EQ(seen.size(), catalogue().size());
    EXPECT_TRUE(result.causes.empty());
    EXPECT_EQ(result.exit_code, 0);
}

TEST(Checks, AnUnreachableRouterMakesAllItsObligationsUnknown) {
    Lab lab;
    lab.unreachable("leaf2", testing::refused());
    const RunResult result = lab.judged();
    const Findings healthy = Lab().judged().findings;
    ASSERT_EQ(result.findings.size(), healthy.size());  // nothing is dropped
    for (const Finding& finding : result.findings) {
        const bool on_leaf2 =
            finding.subject.router == "leaf2" && finding.check != CheckId::HostView;
        EXPECT_EQ(finding.verdict, on_leaf2 ? Verdict::Unknown : Verdict::Ok) << finding;
        if (on_leaf2) {
            EXPECT_EQ(finding.actual, "connect: 192.0.2.12:22: connection refused");
        }
    }
    EXPECT_EQ(result.exit_code, 2);
}

// As Junos without BGP: the table is there and empty, and the sessions say why.
TEST(Checks, AnEmptyTableOfARouterWithoutBgpProvesAndDisprovesNothing) {
    Lab lab;
    lab.routes("leaf1").clear();
    lab.observations.at("leaf1").sessions = drivers::Failure{
        drivers::Stage::Rpc, drivers::Failure::Kind::NotSupported, "answers: BGP is not running"};
    const RunResult result = lab.judged();
    EXPECT_EQ(result.summary.fail, 0U);
    EXPECT_EQ(result.exit_code, 2);
    ASSERT_EQ(result.causes.size(), 1U);
    EXPECT_EQ(result.causes[0].text,
              "leaf1 could not be looked at wholly: not supported: answers: BGP is not running; 16 "
              "obligations on leaf1");
}

TEST(Checks, ATableThatWasNotThereProvesAndDisprovesNothing) {
    Lab lab;
    lab.observations.at("leaf1").routes = drivers::RouteTable{};
    const RunResult result = lab.judged();
    for (const CheckId check : {CheckId::PrefixReceived,
                                CheckId::PrefixAccepted,
                                CheckId::OriginAs,
                                CheckId::AsPath,
                                CheckId::NextHop,
                                CheckId::BestPath,
                                CheckId::WorkloadReachable,
                                CheckId::Stranger}) {
        for (const Finding& finding : only(result.findings, check, "leaf1")) {
            expect(finding, Verdict::Unknown, Code::TableNotSeen, "the router showed no BGP table");
        }
    }
    EXPECT_EQ(only(result.findings, CheckId::SessionEstablished, "leaf1").front().verdict,
              Verdict::Ok);
}

TEST(SessionEstablished, SaysHowTheRouterSeesIt) {
    Lab lab;
    lab.session("leaf1", "10.100.0.254").established = false;
    lab.session("leaf1", "10.100.0.254").state = "Active";
    lab.session("leaf1", "10.100.0.254").last_error = "Hold Timer\nExpired";
    lab.session("leaf2", "10.101.0.254").peer_as = net::Asn(65199);
    lab.session("leaf2", "10.200.2.0").peer = addr("10.200.2.8");
    const RunResult result = lab.judged();
    const auto leaf1 = only(result.findings, CheckId::SessionEstablished, "leaf1");
    const auto leaf2 = only(result.findings, CheckId::SessionEstablished, "leaf2");
    ASSERT_EQ(leaf1.size(), 2U);
    ASSERT_EQ(leaf2.size(), 2U);
    expect(leaf1[0], Verdict::Fail, Code::SessionDown, "Active, last error: Hold Timer Expired");
    expect(leaf1[1], Verdict::Ok, Code::Proven, "Established with AS 64900");
    expect(leaf2[0], Verdict::Fail, Code::PeerAs, "Established with AS 65199");
    expect(leaf2[1], Verdict::Fail, Code::SessionMissing, "no such session");
    EXPECT_EQ(leaf2[0].expected, "Established with 10.101.0.254, AS 65101");
}

TEST(SessionEstablished, IsUnknownAloneWhenOnlySessionsCouldNotBeRead) {
    Lab lab;
    lab.observations.at("leaf1").sessions = drivers::Failure(
        drivers::Stage::Parse, drivers::Failure::Kind::Protocol, "no such element");
    const RunResult result = lab.judged();
    expect(only(result.findings, CheckId::SessionEstablished, "leaf1")[0],
           Verdict::Unknown,
           Code::NotLookedAt,
           "parse: no such element");
    EXPECT_EQ(one(result, CheckId::OriginAs, "leaf1", kBlock1).verdict, Verdict::Ok);
}

TEST(PrefixReceived, TellsNotSentFromRejected) {
    Lab lab;
    lab.remove("leaf1", kBlock1);
    lab.received("leaf1", "10.100.0.254", {});
    expect(one(lab.judged(), CheckId::PrefixReceived, "leaf1", kBlock1),
           Verdict::Fail,
           Code::NotReceived,
           "not received");
    lab.received("leaf1", "10.100.0.254", {rejected("by filter")});
    expect(one(lab.judged(), CheckId::PrefixReceived, "leaf1", kBlock1),
           Verdict::Ok,
           Code::Proven,
           "received");
}

TEST(PrefixReceived, IsUnknownWhereTheOsKeepsNoAdjRibIn) {
    Lab lab;
    lab.remove("leaf1", kBlock1);
    lab.observations.at("leaf1").received.insert_or_assign(
        addr("10.100.0.254"),
        drivers::Failure(drivers::Stage::Rpc, drivers::Failure::Kind::NotSupported, "testos"));
    const RunResult result = lab.judged();
    expect(one(result, CheckId::PrefixReceived, "leaf1", kBlock1),
           Verdict::Unknown,
           Code::NotSupported,
           "not supported: testos");
    expect(one(result, CheckId::PrefixAccepted, "leaf1", kBlock1),
           Verdict::Fail,
           Code::NotAccepted,
           "no path; whether it was received cannot be told (not supported: testos)");
}

TEST(PrefixAccepted, NamesThePolicyAndTheReason) {
    Lab lab;
    lab.remove("leaf1", kBlock1);
    lab.received("leaf1", "10.100.0.254", {rejected("rejected by import policy")});
    const RunResult result = lab.judged();
    expect(one(result, CheckId::PrefixAccepted, "leaf1", kBlock1),
           Verdict::Fail,
           Code::Rejected,
           "received, not accepted: rejected by import policy (import policy FROM-HOSTS)");
    EXPECT_EQ(one(result, CheckId::PrefixAccepted, "leaf2", kBlock1).verdict, Verdict::Ok);
}

TEST(PrefixAccepted, AHiddenPathCountsAsReceivedNotAccepted) {
    Lab lab;
    lab.routes("leaf1")[0].valid = false;
    lab.routes("leaf1")[0].best = false;
    lab.routes("leaf1")[0].reason = "rejected by import policy";
    const RunResult result = lab.judged();
    EXPECT_EQ(one(result, CheckId::PrefixReceived, "leaf1", kBlock1).verdict, Verdict::Ok);
    EXPECT_EQ(one(result, CheckId::PrefixAccepted, "leaf1", kBlock1).code, Code::Rejected);
}

TEST(PrefixAccepted, AbsenceOnARemoteRouterIsAMismatch) {
    Lab lab;
    lab.remove("leaf2", kBlock1);
    expect(one(lab.judged(), CheckId::PrefixAccepted, "leaf2", kBlock1),
           Verdict::Fail,
           Code::NoPath,
           "no path");
}

TEST(PrefixAccepted, ADrainingHostMayBeGoneOrThere) {
    Lab lab;
    lab.inventory.hosts[0].blocks.clear();
    lab.report("dockerhost1").announcements[0].state = inventory::AnnouncementState::Draining;
    EXPECT_EQ(lab.judged().summary.fail, 0U);
    lab.report("dockerhost1").workloads.clear();
    lab.remove("leaf1", kBlock1);
    lab.remove("leaf2", kBlock1);
    const RunResult gone = lab.judged();
    EXPECT_EQ(gone.summary.fail, 0U);
    EXPECT_EQ(one(gone, CheckId::OriginAs, "leaf1", kBlock1).actual,
              "absent; the host is draining");
}

TEST(OriginAs, ComparesWithTheInventoryAndReadsSetsAndEmptyPaths) {
    Lab lab;
    lab.routes("leaf1")[0].as_path = testing::path("65199");
    lab.routes("leaf2")[0].as_path = testing::path("64900 {65000 65100}");
    lab.routes("leaf2")[1].as_path = net::AsPath();
    const RunResult result = lab.judged();
    expect(one(result, CheckId::OriginAs, "leaf1", kBlock1),
           Verdict::Fail,
           Code::WrongOrigin,
           "AS 65199");
    expect(one(result, CheckId::OriginAs, "leaf2", kBlock1),
           Verdict::Fail,
           Code::WrongOrigin,
           "an AS set (path 64900 {65000 65100})");
    expect(one(result, CheckId::OriginAs, "leaf2", "172.16.100.64/26"),
           Verdict::Fail,
           Code::WrongOrigin,
           "an empty path");
    EXPECT_EQ(one(result, CheckId::OriginAs, "leaf1", kBlock1).expected, "AS 65100");
}

TEST(OriginAs, PrependsDoNotMatter) {
    Lab lab;
    lab.routes("leaf1")[0].as_path = testing::path("65100 65100 65100");
    EXPECT_EQ(lab.judged().summary.ok, lab.judged().summary.obligations());
}

TEST(AsPath, AnUnknownAsIsAMismatchAndALongerWayAWarning) {
    Lab lab;
    lab.routes("leaf2")[0].as_path = testing::path("64900 64666 65100");
    expect(one(lab.judged(), CheckId::AsPath, "leaf2", kBlock1),
           Verdict::Fail,
           Code::UnknownAs,
           "64900 64666 65100 (AS 64666 is not in the inventory)");
    lab.routes("leaf2")[0].as_path = testing::path("64900 65001 65000 65100");
    const RunResult result = lab.judged();
    expect(one(result, CheckId::AsPath, "leaf2", kBlock1),
           Verdict::Warn,
           Code::LongerPath,
           "64900 65001 65000 65100");
    EXPECT_EQ(result.exit_code, 0);
}

TEST(NextHop, OneOfTheCandidatesOrAllOfThem) {
    Lab lab;
    inventory::Router spine2 = lab.router("spine1");
    spine2.name = "spine2";
    spine2.asn = net::Asn(64901);
    lab.inventory.routers.push_back(spine2);
    lab.inventory.links.push_back({"leaf1", addr("10.200.3.1"), "spine2", addr("10.200.3.0"), {}});
    lab.inventory.links.push_back({"leaf2", addr("10.200.4.1"), "spine2", addr("10.200.4.0"), {}});
    auto& route = lab.routes("leaf2")[0];
    const auto judged = [&] { return one(lab.judged(), CheckId::NextHop, "leaf2", kBlock1); };
    expect(judged(), Verdict::Ok, Code::Proven, "10.200.2.0");
    route.next_hops = {addr("10.200.2.0"), addr("10.200.4.0")};
    expect(judged(), Verdict::Ok, Code::Proven, "10.200.2.0, 10.200.4.0");
    route.next_hops = {addr("10.200.2.0"), addr("10.200.9.0")};
    expect(judged(), Verdict::Fail, Code::WrongNextHop, "10.200.2.0, 10.200.9.0");
    route.next_hops = {addr("10.200.9.0")};
    expect(judged(), Verdict::Fail, Code::WrongNextHop, "10.200.9.0");
    route.next_hops = {};
    expect(judged(), Verdict::Fail, Code::WrongNextHop, "none");
}

TEST(NextHop, AMultipathSetOfSeveralPathsIsPutTogether) {
    Lab lab;
    lab.routes("leaf2")[0].multipath = true;
    auto second = best(kBlock1, "64900 65000 65100", "10.200.9.0");
    second.best = false;
    second.multipath = true;
    lab.routes("leaf2").push_back(second);
    expect(one(lab.judged(), CheckId::NextHop, "leaf2", kBlock1),
           Verdict::Fail,
           Code::WrongNextHop,
           "10.200.2.0, 10.200.9.0");
}

TEST(BestPath, LosingToAnotherPathIsAMismatchWithTheRoutersReason) {
    Lab lab;
    lab.routes("leaf1")[0].best = false;
    lab.routes("leaf1")[0].reason = "Local Preference";
    lab.routes("leaf1").push_back(best(kBlock1, "64900 64666", "10.200.1.0"));
    expect(one(lab.judged(), CheckId::BestPath, "leaf1", kBlock1),
           Verdict::Fail,
           Code::NotBest,
           "not selected: Local Preference; in use is path 64900 64666 by 10.200.1.0");
}

TEST(BestPath, AMemberOfTheMultipathSetIsSelected) {
    Lab lab;
    lab.routes("leaf1")[0].best = false;
    lab.routes("leaf1")[0].multipath = true;
    EXPECT_EQ(one(lab.judged(), CheckId::BestPath, "leaf1", kBlock1).verdict, Verdict::Ok);
}

TEST(WorkloadReachable, AMoreSpecificPrefixTakesTheAddressAway) {
    Lab lab;
    lab.routes("leaf2").push_back(best("172.16.100.1/32", "64900 64666", "10.200.2.0"));
    const Finding finding = one(lab.judged(), CheckId::WorkloadReachable, "leaf2", kBlock1);
    expect(finding, Verdict::Fail, Code::OtherMatch, "172.16.100.1/32 from AS 64666 by 10.200.2.0");
    EXPECT_EQ(finding.expected, "172.16.100.0/26 from AS 65100");
    EXPECT_EQ(finding.subject.container, "demo1");
}

TEST(WorkloadReachable, NoRouteAndUnselectedRouteLeadNowhere) {
    Lab lab;
    lab.routes("leaf2")[0].best = false;
    expect(one(lab.judged(), CheckId::WorkloadReachable, "leaf2", kBlock1),
           Verdict::Fail,
           Code::NoPath,
           "no route");
}

TEST(WorkloadReachable, ABorrowedAddressBelongsToTheHostThatAnnouncesIt) {
    Lab lab;
    inventory::Announcement moved = lab.report("dockerhost2").announcements[0];
    moved.prefix = pfx("172.16.100.1/32");
    moved.kind = inventory::AnnouncementKind::Workload;
    lab.report("dockerhost2").announcements.push_back(moved);
    lab.report("dockerhost2")
        .workloads.push_back({addr("172.16.100.1"), "demo1", "demo", moved.prefix, {}});
    lab.report("dockerhost1").workloads.clear();
    // Not there yet: the address falls to the block of dockerhost1.
    expect(one(lab.judged(), CheckId::WorkloadReachable, "leaf1", "172.16.100.1/32"),
           Verdict::Fail,
           Code::OtherMatch,
           "172.16.100.0/26 from AS 65100 by 10.100.0.254");
    lab.routes("leaf1").push_back(best("172.16.100.1/32", "64900 65001 65101", "10.200.1.0"));
    lab.routes("leaf2").push_back(best("172.16.100.1/32", "65101", "10.101.0.254"));
    const RunResult result = lab.judged();
    EXPECT_EQ(result.exit_code, 0) << (result.causes.empty() ? "" : result.causes[0].text);
    EXPECT_EQ(one(result, CheckId::WorkloadReachable, "leaf1", "172.16.100.1/32").actual,
              "172.16.100.1/32 from AS 65101 by 10.200.1.0");
}

TEST(WorkloadReachable, ContainersOfAHostThatCouldNotBeAskedAreUnknown) {
    Lab lab;
    lab.silent("dockerhost1", testing::refused());
    const auto findings = only(lab.judged().findings, CheckId::WorkloadReachable, "leaf2");
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[1].subject.host, "dockerhost1");
    expect(findings[1],
           Verdict::Unknown,
           Code::NotLookedAt,
           "connect: 192.0.2.12:22: connection refused");
}

TEST(PrefixAccepted, WhatNoLinkLeadsToIsUnknownNotProven) {
    Lab lab;
    std::erase_if(lab.inventory.links, [](const inventory::Link& link) {
        return link.a == "leaf2" || link.b == "leaf2";
    });
    const RunResult result = lab.judged();
    EXPECT_EQ(result.exit_code, 2);
    ASSERT_EQ(result.causes.size(), 2U) << ::testing::PrintToString(testing::texts(result.causes));
    EXPECT_EQ(result.causes[0].text,
              "the inventory has no links from leaf1 to dockerhost2: what it must hold of their "
              "prefixes cannot be told; 1 obligation on leaf1");
    EXPECT_EQ(result.causes[1].text,
              "the inventory has no links from leaf2 to dockerhost1: what it must hold of their "
              "prefixes cannot be told; 1 obligation on leaf2");
    lab.scope.routers = {"leaf1"};
    lab.scope.hosts = {"dockerhost1"};
    EXPECT_EQ(lab.judged().exit_code, 0) << "leaf1 is its own leaf";
    lab.scope.hosts = {"dockerhost2"};
    EXPECT_EQ(lab.judged().exit_code, 2);
}

TEST(PrefixAccepted, WithoutARouterToLookIntoNothingIsProven) {
    Lab lab;
    for (inventory::Router& router : lab.inventory.routers) {
        router.access.address.clear();
    }
    const RunResult result = lab.judged();
    EXPECT_NE(result.exit_code, 0);
    ASSERT_FALSE(result.causes.empty());
    EXPECT_EQ(result.causes[0].text,
              "no router is looked into that could show the prefixes of dockerhost1, dockerhost2; "
              "2 obligations");
}

TEST(Stranger, WhatNobodyAnnouncesIsNamed) {
    Lab lab;
    lab.routes("leaf2").push_back(best("172.16.100.1/32", "64900 64666", "10.200.2.0"));
    const RunResult result = lab.judged();
    expect(one(result, CheckId::Stranger, "leaf2", "172.16.100.1/32"),
           Verdict::Fail,
           Code::Stranger,
           "172.16.100.1/32 from AS 64666 by 10.200.2.0");
    expect(one(result, CheckId::Stranger, "leaf1", "172.16.100.0/24"),
           Verdict::Ok,
           Code::Proven,
           "2 prefixes, all announced");
}

TEST(Stranger, WhatAHostSaysItDoesNotAnnounceIsStale) {
    Lab lab;
    lab.routes("leaf1").push_back(best("172.16.100.9/32", "64900 65001 65101", "10.200.1.0"));
    expect(one(lab.judged(), CheckId::Stranger, "leaf1", "172.16.100.9/32"),
           Verdict::Fail,
           Code::Stale,
           "172.16.100.9/32 from AS 65101 by 10.200.1.0, which does not announce it");
}

TEST(Stranger, WhatAnUnheardHostMayAnnounceIsUnknown) {
    Lab lab;
    lab.silent("dockerhost2", testing::refused());
    lab.routes("leaf1").push_back(best("172.16.100.9/32", "64900 65001 65101", "10.200.1.0"));
    const Finding finding = one(lab.judged(), CheckId::Stranger, "leaf1", "172.16.100.9/32");
    EXPECT_EQ(finding.verdict, Verdict::Unknown);
    EXPECT_EQ(finding.code, Code::OwnerNotAsked);
}

TEST(Stranger, WhatAHostMayAnnounceThatNobodyWasToAskIsUnknown) {
    Lab lab;
    HostAccount none;
    none.host = "dockerhost2";
    none.missing_in_file = true;
    lab.accounts[1] = none;
    lab.routes("leaf1").push_back(best("172.16.100.9/32", "64900 65001 65101", "10.200.1.0"));
    const RunResult result = lab.judged();
    expect(one(result, CheckId::Stranger, "leaf1", "172.16.100.9/32"),
           Verdict::Unknown,
           Code::OwnerNotAsked,
           "172.16.100.9/32 from AS 65101 by 10.200.1.0; dockerhost2 was not asked");
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.causes[0].text,
              "dockerhost2 was not asked what it announces (the expectation file does not mention "
              "it): only its blocks of the inventory are proven; 1 obligation on leaf1");
}

TEST(Stranger, ABorrowedAsNumberBehindAnUnknownRouterIsAStranger) {
    Lab lab;
    lab.routes("leaf1").push_back(best("172.16.100.9/32", "64900 64666 65101", "10.200.1.0"));
    EXPECT_EQ(one(lab.judged(), CheckId::Stranger, "leaf1", "172.16.100.9/32").code,
              Code::Stranger);
    lab.silent("dockerhost2", testing::refused());
    EXPECT_EQ(one(lab.judged(), CheckId::Stranger, "leaf1", "172.16.100.9/32").code,
              Code::Stranger);
}

TEST(Stranger, NeighboursOfAPoolAreNobodysBusiness) {
    Lab lab;
    lab.routes("leaf1").push_back(best("172.16.101.0/24", "64900 64666", "10.200.1.0"));
    EXPECT_EQ(lab.judged().exit_code, 0);
}

TEST(Duplicate, OneAddressOnTwoHostsIsNamedUnlessAnycast) {
    Lab lab;
    lab.report("dockerhost2")
        .workloads.push_back({addr("172.16.100.1"), "copy", "demo", pfx("172.16.100.64/26"), {}});
    expect(only(lab.judged().findings, CheckId::Duplicate)[0],
           Verdict::Fail,
           Code::Duplicate,
           "dockerhost1 and dockerhost2");
    Lab anycast;
    for (const char* host : {"dockerhost1", "dockerhost2"}) {
        auto shared = anycast.report(host).announcements[0];
        shared.prefix = pfx("172.16.100.200/32");
        shared.kind = inventory::AnnouncementKind::Anycast;
        anycast.report(host).announcements.push_back(shared);
    }
    anycast.routes("leaf1").push_back(best("172.16.100.200/32", "65100", "10.100.0.254"));
    anycast.routes("leaf2").push_back(best("172.16.100.200/32", "65101", "10.101.0.254"));
    const RunResult result = anycast.judged();
    EXPECT_EQ(result.exit_code, 0) << (result.causes.empty() ? "" : result.causes[0].text);
}

TEST(HostView, SaysWhereTheAgentDiffersFromTheInventory) {
    Lab lab;
    auto& report = lab.report("dockerhost1");
    report.host = "dockerhost7";
    report.asn = net::Asn(65199);
    report.announcements[0].next_hops[0].next_hop = addr("10.100.0.2");
    report.workloads[0].container.clear();
    report.workloads.push_back({addr("172.16.100.9"), "lost", "demo", pfx("172.16.100.9/32"), {}});
    report.sessions[0].state = "Active";
    report.sessions[0].last_error = "hold timer expired";
    std::map<Code, Finding> seen;
    for (const Finding& finding : only(lab.judged().findings, CheckId::HostView)) {
        if (finding.verdict != Verdict::Ok) {
            seen[finding.code] = finding;
        }
    }
    ASSERT_EQ(seen.size(), 6U);
    expect(seen[Code::AgentName], Verdict::Warn, Code::AgentName, "dockerhost7");
    expect(seen[Code::AgentAs], Verdict::Fail, Code::AgentAs, "AS 65199");
    expect(seen[Code::AgentNextHop], Verdict::Fail, Code::AgentNextHop, "10.100.0.2");
    expect(seen[Code::AgentSession],
           Verdict::Fail,
           Code::AgentSession,
           "Active, last error: hold timer expired; leaf1 says Established");
    EXPECT_EQ(seen[Code::Unnamed].verdict, Verdict::Warn);
    EXPECT_EQ(seen[Code::NotCovered].subject.container, "lost");
}

TEST(HostView, AContainerBehindAnAnnouncementOutsideThePoolsIsUnknown) {
    Lab lab;
    auto& report = lab.report("dockerhost1");
    auto outside = report.announcements[0];
    outside.prefix = pfx("198.51.100.0/24");
    report.announcements.push_back(outside);
    report.workloads.push_back({addr("198.51.100.7"), "out", "demo", outside.prefix, {}});
    const RunResult result = lab.judged();
    EXPECT_EQ(result.summary.fail, 0U);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.causes[0].text,
              "host-view 198.51.100.0/24 of dockerhost1 (out): expected an announcement leads to "
              "198.51.100.7, actual 198.51.100.0/24, outside the pools: no router was asked about "
              "it; 1 obligation");
}

TEST(HostView, ABlockThatTheAgentHoldsBackIsAMismatch) {
    Lab lab;
    lab.report("dockerhost1").announcements[0].state = inventory::AnnouncementState::Withdrawn;
    expect(one(lab.judged(), CheckId::HostView, "", kBlock1),
           Verdict::Fail,
           Code::NotAnnounced,
           "withdrawn");
}

TEST(HostView, AnAgentThatCouldNotBeAskedIsUnknown) {
    Lab lab;
    lab.silent("dockerhost1", {drivers::Stage::Auth, drivers::Failure::Kind::Denied, "publickey"});
    expect(only(lab.judged().findings, CheckId::HostView, "")[0],
           Verdict::Unknown,
           Code::NotLookedAt,
           "auth: publickey");
}

TEST(HostView, AHostThatTheFileLeavesOutIsAWarning) {
    Lab lab;
    lab.accounts[1] = {};
    lab.accounts[1].host = "dockerhost2";
    lab.accounts[1].missing_in_file = true;
    const RunResult result = lab.judged();
    EXPECT_EQ(only(result.findings, CheckId::HostView).back().code, Code::NotInFile);
    EXPECT_EQ(result.exit_code, 0);
}

}  // namespace
}  // namespace routeproof::verifier
