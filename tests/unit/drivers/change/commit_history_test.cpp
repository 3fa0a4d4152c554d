#include "drivers/junos/commit_history.hpp"

#include "drivers/junos/change_requests.hpp"

#include <gmock/gmock.h>

namespace routeproof::junos {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using What = Found::What;

const drivers::Ticket kTicket{"0123456789ab", "leaf1", "re0-1-1", ""};
constexpr const char* kOurs =
    "<commit-history><user>ops</user><client>netconf</client><date-time junos:seconds=\"1000\">t1"
    "</date-time><comment>commit confirmed, rollback in 5mins</comment>"
    "<log>routeproof change 0123456789ab by alice</log>";
constexpr const char* kEnd = "</commit-history>";
constexpr const char* kMark = "<commit-confirmed>rollback pending</commit-confirmed>";

std::string entry(const char* user, const char* client, const char* more = "") {
    return "<commit-history><user>" + std::string(user) + "</user><client>" + client +
           "</client><date-time junos:seconds=\"2000\">t2</date-time>" + more + kEnd;
}

std::vector<CommitEntry> history(const std::string& entries) {
    const auto reply = netconf::Reply::parse("<rpc-reply xmlns:junos=\"j\"><commit-information>" +
                                             entries + "</commit-information></rpc-reply>");
    return *parse_history(*reply);
}

Found found(const std::string& entries, std::optional<std::int64_t> clock = std::nullopt) {
    return find_change(history(entries), kTicket, clock);
}

TEST(JunosCommits, EveryFieldIsRead) {
    const auto commits = history(kOurs + std::string(kMark) + kEnd);
    EXPECT_THAT(commits,
                ElementsAre(CommitEntry{"ops",
                                        "netconf",
                                        "t1",
                                        1000,
                                        "commit confirmed, rollback in 5mins",
                                        "routeproof change 0123456789ab by alice",
                                        true}));
    EXPECT_FALSE(parse_history(*netconf::Reply::parse("<rpc-reply><ok/></rpc-reply>")));
}

TEST(JunosCommits, WhatBecameOfOursStandsInTheHistory) {
    const std::string ours = std::string(kOurs) + kEnd;
    EXPECT_EQ(found(entry("bob", "cli")).what, What::Absent);
    EXPECT_EQ(found(std::string(kOurs) + kMark + kEnd).what, What::Pending);
    EXPECT_EQ(found(std::string(kOurs) + kMark + kEnd).until, 1300);
    EXPECT_EQ(
        found(entry("ops", "netconf", "<log>routeproof confirm 0123456789ab</log>") + ours).what,
        What::Confirmed);
    EXPECT_EQ(
        found(entry("ops", "netconf", "<log>routeproof rollback 0123456789ab</log>") + ours).what,
        What::RolledBack);
    EXPECT_EQ(found(entry("root", "other") + ours).what, What::Reverted);
    EXPECT_THAT(found(entry("root", "other") + ours).others, IsEmpty());
}

TEST(JunosCommits, ACommitOfAnotherConfirmsOursAndIsNamed) {
    const auto seen = found(entry("bob", "cli", "<log>fix</log>") + std::string(kOurs) + kEnd);
    EXPECT_EQ(seen.what, What::ConfirmedByOthers);
    EXPECT_THAT(seen.others, ElementsAre("bob via cli at t2 (fix)"));
    const auto later =
        found(entry("bob", "cli") + entry("root", "other") + std::string(kOurs) + kEnd);
    EXPECT_EQ(later.what, What::Reverted);
    EXPECT_THAT(later.others, ElementsAre("bob via cli at t2"));
    EXPECT_EQ(later.place, 2U);
}

TEST(JunosCommits, WithoutAMarkTheClockDecides) {
    const std::string ours = std::string(kOurs) + kEnd;
    EXPECT_EQ(found(ours, 1299).what, What::Pending);
    EXPECT_EQ(found(ours, 1301).what, What::Confirmed);
    EXPECT_EQ(found(ours).what, What::Pending);  // not known is not "over"
    EXPECT_EQ(pending_until(history(entry("bob", "cli")), std::nullopt), std::nullopt);
    EXPECT_EQ(pending_until({}, 5), std::nullopt);
}

TEST(JunosCommits, TheTimerIsInMinutesAndTheTextCannotEndItsElement) {
    EXPECT_EQ(commit_confirmed(5, "a <b> & c"),
              "<commit-configuration><confirmed/><confirm-timeout>5</confirm-timeout>"
              "<log>a &lt;b&gt; &amp; c</log></commit-configuration>");
    EXPECT_THAT(load_set("set x \"</configuration-set>\""),
                HasSubstr("set x \"&lt;/configuration-set&gt;\""));
}

}  // namespace
}  // namespace routeproof::junos
