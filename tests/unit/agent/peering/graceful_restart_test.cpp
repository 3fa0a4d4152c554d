#include "agent/peering/graceful_restart.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

using std::chrono::seconds;
using By = Ending::By;

Negotiated session(bool notification) {
    Negotiated both;
    both.families = {kIpv4Unicast, kIpv6Unicast};
    both.graceful_restart =
        capability::GracefulRestart{false, notification, 120, {{kIpv4Unicast, true}}};
    both.notification_restart = notification;
    return both;
}

struct Case {
    const char* name;
    Ending ending;
    bool kept_by_rfc4724;
    bool kept_by_rfc8538;
};

TEST(BgpGracefulRestartRules, WhatKeepsRoutesAndWhatDoesNot) {
    const Notification reset(ErrorCode::Cease, cease::kAdministrativeReset);
    const Notification hold(ErrorCode::HoldTimerExpired, 0);
    const Notification bfd(ErrorCode::Cease, cease::kBfdDown);
    const Case cases[] = {
        {"the connection is lost", {By::Transport, std::nullopt, "reset"}, true, true},
        {"the peer restarted", {By::Peer, std::nullopt, "new connection"}, true, true},
        {"we stop", {By::Us, std::nullopt, {}}, false, false},
        {"the peer resets", {By::Peer, reset, {}}, false, true},
        {"we reset", {By::Us, reset, {}}, false, true},
        {"the hold timer expires", {By::Us, hold, {}}, false, true},
        {"the peer means it", {By::Peer, hard_reset(reset), {}}, false, false},
        {"we mean it", {By::Us, hard_reset(reset), {}}, false, false},
        {"the path is dead", {By::Peer, bfd, {}}, false, false},
        {"the path is dead, we say", {By::Us, hard_reset(bfd), {}}, false, false},
    };
    for (const auto& one : cases) {
        const std::vector<AfiSafi> all{kIpv4Unicast};  // the only family that the peer named
        const std::vector<AfiSafi> none;
        EXPECT_EQ(families_to_keep(session(false), one.ending), one.kept_by_rfc4724 ? all : none)
            << one.name;
        EXPECT_EQ(families_to_keep(session(true), one.ending), one.kept_by_rfc8538 ? all : none)
            << one.name;
        EXPECT_EQ(families_to_keep(Negotiated{}, one.ending), none) << one.name;
    }
}

TEST(BgpGracefulRestartRules, ANewOpenGivesUpWhatItDoesNotNameOrDidNotPreserve) {
    const std::vector<AfiSafi> kept{kIpv4Unicast, kIpv6Unicast};
    EXPECT_EQ(families_to_drop(kept, session(true)), std::vector{kIpv6Unicast});
    Negotiated lost = session(true);
    lost.graceful_restart->entries[0].forwarding_preserved = false;
    EXPECT_EQ(families_to_drop(kept, lost), kept);
    EXPECT_EQ(families_to_drop(kept, Negotiated{}), kept);
}

TEST(BgpGracefulRestartRules, ThePeerIsWaitedForAsLongAsItAsksAndWeAllow) {
    EXPECT_EQ(stale_time(session(true), seconds(0)), seconds(120));
    EXPECT_EQ(stale_time(session(true), seconds(30)), seconds(30));
    EXPECT_EQ(stale_time(session(true), seconds(300)), seconds(120));
    EXPECT_EQ(stale_time(Negotiated{}, seconds(300)), seconds(0));
}

}  // namespace
}  // namespace routeproof::bgp
