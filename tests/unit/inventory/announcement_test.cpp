#include "inventory/announcement.hpp"

#include <gtest/gtest.h>

namespace routeproof::inventory {
namespace {

using net::Address;
using net::Prefix;

HostReport sample() {
    const Timestamp since = from_rfc3339("2026-11-23T11:59:00Z").value();
    HostReport report;
    report.host = "dockerhost2";
    report.asn = net::Asn(65101);
    report.router_id = net::RouterId::parse("10.101.0.254").value();
    report.generated = from_rfc3339("2026-11-23T12:00:00Z").value();
    Announcement borrowed;
    borrowed.prefix = Prefix::parse("172.16.100.1/32").value();
    borrowed.kind = AnnouncementKind::Workload;
    borrowed.origin_as = net::Asn(65101);
    borrowed.next_hops = {
        {Address::parse("10.101.0.253").value(), Address::parse("10.101.0.254").value()}};
    borrowed.communities = {net::Community(65000, 100)};
    borrowed.med = 50;
    borrowed.state = AnnouncementState::Draining;
    borrowed.since = since;
    report.announcements = {borrowed};
    report.workloads = {
        {Address::parse("172.16.100.1").value(), "demo1", "demo", borrowed.prefix, since}};
    SessionReport session;
    session.peer = Address::parse("10.101.0.253").value();
    session.peer_as = net::Asn(65001);
    session.name = "leaf2";
    session.state = "Established";
    session.since = since;
    session.last_error = "hold timer expired";
    session.advertised = 2;
    session.received = 3;
    report.sessions = {session};
    return report;
}

std::string minimal(const std::string& more = "") {
    return R"({"schema":"routeproof.announcements/1","host":"h","asn":65100,)"
           R"("router_id":"10.0.0.1","generated":"2026-11-23T12:00:00Z")" +
           more + "}";
}

TEST(HostReport, SurvivesTheWayThroughJson) {
    const auto read = report_from_json(to_json(sample()));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, sample());
}

TEST(HostReport, UnknownMembersAreIgnoredAndListsMayBeAbsent) {
    const auto read = report_from_json(minimal(R"(,"colour":"blue","workloads":[])"));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->host, "h");
    EXPECT_TRUE(read->announcements.empty());
}

TEST(HostReport, SaysWhereAndWhatIsWrong) {
    const std::pair<std::string, std::string> cases[] = {
        {"", "not JSON, or cut off in the middle"},
        {minimal().substr(0, 40), "not JSON, or cut off in the middle"},
        {"[]", "/: expected an object"},
        {R"({"schema":"routeproof.announcements/2"})",
         "/schema: \"routeproof.announcements/2\" where this program reads "
         "\"routeproof.announcements/1\""},
        {R"({"schema":"routeproof.announcements/1"})", "/host: is missing"},
        {minimal(R"(,"announcements":{})"), "/announcements: expected a list"},
        {minimal(R"(,"announcements":[7])"), "/announcements/0: expected an object"},
        {minimal(R"(,"announcements":[{"prefix":"172.16.100.1/24"}])"),
         "/announcements/0/prefix: \"172.16.100.1/24\": bits are set to the right of the prefix "
         "length"},
        {minimal(R"(,"announcements":[{"prefix":"10.0.0.0/8","kind":"blok"}])"),
         "/announcements/0/kind: \"blok\" is not known here"},
        {minimal(R"(,"announcements":[{"prefix":"10.0.0.0/8","kind":"block","origin_as":-1}])"),
         "/announcements/0/origin_as: expected a whole number, not negative, in range"},
        {minimal(R"(,"announcements":[{"prefix":"10.0.0.0/8","kind":"block","origin_as":0}])"),
         "/announcements/0/origin_as: AS 0 is reserved (RFC 7607)"},
    };
    for (const auto& [text, what] : cases) {
        const auto read = report_from_json(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().what, what) << text;
    }
}

TEST(HostReport, AFileMayHoldOneReportOrAList) {
    EXPECT_EQ(reports_from_json(minimal())->size(), 1U);
    EXPECT_EQ(reports_from_json("[" + minimal() + "," + minimal() + "]")->size(), 2U);
    EXPECT_EQ(reports_from_json("[" + minimal() + ",{}]").error().what, "/1/schema: is missing");
}

TEST(HostReport, NamesThatAreNotUtf8DoNotBreakTheJson) {
    HostReport report = sample();
    report.workloads[0].container = "bad\xFF";
    EXPECT_TRUE(report_from_json(to_json(report)));
}

}  // namespace
}  // namespace routeproof::inventory
