#include "agent/peering/accept_limiter.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

using Verdict = AcceptLimiter::Verdict;

const net::Address kSource = address("192.0.2.1");
const AcceptLimiter::Time kStart{std::chrono::hours(1)};

TEST(BgpAcceptLimiter, LetsABurstInAndSaysOnceThatItWasTooMuch) {
    AcceptLimiter limiter;
    for (unsigned i = 0; i < AcceptLimiter::kBurst; ++i) {
        EXPECT_EQ(limiter.knock(kSource, kStart), Verdict::Welcome);
    }
    EXPECT_EQ(limiter.knock(kSource, kStart), Verdict::Refused);
    EXPECT_EQ(limiter.knock(kSource, kStart), Verdict::RefusedSilently);
    EXPECT_EQ(limiter.knock(address("192.0.2.2"), kStart), Verdict::Welcome);
}

TEST(BgpAcceptLimiter, AFloodGetsFiveASecondAndNoMoreLines) {
    AcceptLimiter limiter;
    unsigned welcome = 0;
    unsigned lines = 0;
    for (int ms = 0; ms < 10000; ++ms) {
        const auto verdict = limiter.knock(kSource, kStart + std::chrono::milliseconds(ms));
        welcome += verdict == Verdict::Welcome ? 1 : 0;
        lines += verdict == Verdict::Refused ? 1 : 0;
    }
    EXPECT_EQ(welcome, AcceptLimiter::kBurst + 49);
    EXPECT_EQ(lines, 1U);
}

TEST(BgpAcceptLimiter, AfterAQuietTimeTheBurstIsThereAgain) {
    AcceptLimiter limiter;
    while (limiter.knock(kSource, kStart) == Verdict::Welcome) {
    }
    const auto later = kStart + std::chrono::hours(1);
    for (unsigned i = 0; i < AcceptLimiter::kBurst; ++i) {
        EXPECT_EQ(limiter.knock(kSource, later), Verdict::Welcome);
    }
    EXPECT_EQ(limiter.knock(kSource, later), Verdict::Refused);
}

TEST(BgpAcceptLimiter, ForgetsWhoeverHasBeenQuietLongest) {
    AcceptLimiter limiter;
    while (limiter.knock(kSource, kStart) == Verdict::Welcome) {
    }
    for (std::uint32_t i = 0; i < AcceptLimiter::kSources; ++i) {
        limiter.knock(net::Address::v4(0x0A000000 + i), kStart + std::chrono::milliseconds(1));
    }
    EXPECT_EQ(limiter.knock(kSource, kStart + std::chrono::milliseconds(2)), Verdict::Welcome);
}

}  // namespace
}  // namespace routeproof::bgp
