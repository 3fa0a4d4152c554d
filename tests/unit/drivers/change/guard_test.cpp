#include "drivers/frr/guard.hpp"

#include <gmock/gmock.h>

namespace routeproof::frr {
namespace {

using drivers::ChangeState;
using testing::ElementsAre;
using testing::HasSubstr;

const drivers::Ticket kTicket{"0123456789ab", "leaf1", "77-8", "boot-a"};

drivers::Outcome outcome(const std::string& text) {
    return outcome_of(*parse_guard(text), kTicket);
}

TEST(FrrGuard, EveryKindOfLineIsRead) {
    const auto status = parse_guard(
        "state pending\nmessage a b\nnote n\ndid + router bgp 1\nothers - x\nlost + y\n"
        "remaining 42\nguard dead\nboot boot-a\nbase 77-8\nrunning\nhostname leaf1\nstate none\n");
    ASSERT_TRUE(status) << status.error();
    EXPECT_EQ(status->state, "pending");
    EXPECT_THAT(status->messages, ElementsAre("a b"));
    EXPECT_THAT(status->did, ElementsAre("+ router bgp 1"));
    EXPECT_EQ(status->remaining, std::chrono::seconds(42));
    EXPECT_TRUE(status->dead);
    EXPECT_EQ(status->running, "hostname leaf1\nstate none\n");
}

TEST(FrrGuard, AnAnswerOfSomethingElseIsAFailure) {
    for (const char* text : {"", "\n", "% Unknown command: sh\n", "message state pending\n"}) {
        EXPECT_FALSE(parse_guard(text)) << text;
    }
}

TEST(FrrGuard, AStateBecomesAnOutcome) {
    struct Row {
        const char* text;
        ChangeState state;
        const char* what;
    };
    const std::vector<Row> rows{
        {"state staged", ChangeState::Unchanged, "staged"},
        {"state applying", ChangeState::Ambiguous, "still making the change"},
        {"state pending\nremaining 9", ChangeState::Pending, "until its time is up"},
        {"state pending\nguard dead", ChangeState::Broken, "timer on the router is dead"},
        {"state rejected\nmessage line 2: % Unknown", ChangeState::Unchanged, "% Unknown"},
        {"state refused\nmessage no longer", ChangeState::Unchanged, "no longer"},
        {"state confirmed", ChangeState::Confirmed, "confirmed"},
        {"state rolledback\nmessage not in time", ChangeState::RolledBack, "not in time"},
        {"state broken\nmessage m\nmissing + x", ChangeState::Broken, "still missing: + x"},
        {"state unknown\nboot boot-a", ChangeState::Ambiguous, "knows nothing"},
        {"state unknown\nboot boot-b", ChangeState::Ambiguous, "started anew"},
        {"state unknown\nboot boot-b\nbase 77-8", ChangeState::RolledBack, "held before"},
        {"state unknown\nboot boot-a\nbase 77-8", ChangeState::Unchanged, "held before"},
    };
    for (const auto& row : rows) {
        const auto seen = outcome(row.text);
        EXPECT_EQ(seen.state, row.state) << row.text;
        EXPECT_THAT(seen.what, HasSubstr(row.what)) << row.text;
        EXPECT_EQ(seen.remedy.empty(),
                  row.state != ChangeState::Ambiguous && row.state != ChangeState::Broken)
            << row.text;
    }
}

TEST(FrrGuard, WordsHoldNothingThatAShellLooksAt) {
    EXPECT_EQ(guard_word("alice@ops play 'x'; $(rm)"), "alice@ops_play__x_____rm_");
    EXPECT_EQ(guard_word(""), "somebody");
}

TEST(FrrGuard, TimersAreNeverShorterThanAskedFor) {
    drivers::Promise minutes;
    minutes.step = minutes.shortest = std::chrono::minutes(1);
    minutes.longest = std::chrono::minutes(3);
    EXPECT_EQ(minutes.timer(std::chrono::seconds(61)), std::chrono::seconds(120));
    EXPECT_EQ(minutes.timer(std::chrono::seconds(1)), std::chrono::seconds(60));
    EXPECT_EQ(minutes.timer(std::chrono::seconds(180)), std::chrono::seconds(180));
    EXPECT_EQ(minutes.timer(std::chrono::seconds(181)), std::nullopt);
}

}  // namespace
}  // namespace routeproof::frr
