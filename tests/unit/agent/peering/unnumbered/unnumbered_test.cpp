#include "agent/peering/unnumbered/learner.hpp"
#include "agent/peering/unnumbered/link_state.hpp"
#include "agent/peering/unnumbered/router_advertisement.hpp"
#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace routeproof::bgp::unnumbered {
namespace {

constexpr std::array<std::uint8_t, 6> kMac{2, 0, 0, 0, 0, 1};

TEST(RouterAdvertisement, MakesUsNobodysDefaultRouter) {
    EXPECT_EQ(encode_advertisement(std::nullopt), hex("86000000 00000000 00000000 00000000"));
    EXPECT_EQ(encode_advertisement(kMac),
              hex("86000000 00000000 00000000 00000000 0101020000000001"));
}

TEST(RouterAdvertisement, OursAreReadAsWhatTheyAre) {
    EXPECT_EQ(decode(encode_advertisement(kMac), 255), Message::Advertisement);
    EXPECT_EQ(decode(encode_solicitation(), 255), Message::Solicitation);
}

// FRR's, with lifetime, interval and MAC.
TEST(RouterAdvertisement, OptionsThatMeanNothingToUsAreFine) {
    EXPECT_EQ(
        decode(hex("86001234 40000708 00000000 00000000 0701000000002710 0101020000000002"), 255),
        Message::Advertisement);
}

TEST(RouterAdvertisement, WhatMayHavePassedARouterIsIgnored) {
    EXPECT_EQ(decode(encode_advertisement(kMac), 254), std::nullopt);
    EXPECT_EQ(decode(encode_advertisement(kMac), -1), std::nullopt);
}

TEST(RouterAdvertisement, WhatIsMalformedIsIgnored) {
    const char* const malformed[] = {
        "",
        "86",
        "86000000 00000000",                                     // shorter than its fixed part
        "86010000 00000000 00000000 00000000",                   // code 1
        "87000000 00000000 00000000 00000000",                   // a neighbour solicitation
        "86000000 00000000 00000000 00000000 01",                // half an option
        "86000000 00000000 00000000 00000000 0100000000000000",  // an option of length 0
        "86000000 00000000 00000000 00000000 0102000000000000",  // one longer than the message
        "85000000 00000000 0100",
    };
    for (const auto* text : malformed) {
        EXPECT_EQ(decode(hex(text), 255), std::nullopt) << text;
    }
}

const net::Address kLeaf = address("fe80::1");
const net::Address kOther = address("fe80::2");
const Learner::Time kStart{std::chrono::hours(1)};

TEST(UnnumberedLearner, TakesTheRouterThatItHears) {
    Learner learner;
    EXPECT_FALSE(learner.neighbour());
    EXPECT_TRUE(learner.heard(kLeaf, kStart));
    EXPECT_EQ(learner.neighbour(), kLeaf);
    EXPECT_FALSE(learner.heard(kLeaf, kStart)) << "the same again is no change";
}

TEST(UnnumberedLearner, ASecondRouterWaitsUntilTheFirstHasBeenQuiet) {
    Learner learner;
    learner.heard(kLeaf, kStart);
    EXPECT_FALSE(learner.heard(kOther, kStart + std::chrono::seconds(10)));
    learner.heard(kLeaf, kStart + std::chrono::seconds(20));
    EXPECT_FALSE(learner.heard(kOther, kStart + std::chrono::seconds(50)));
    EXPECT_TRUE(learner.heard(kOther, kStart + std::chrono::seconds(55)));
    EXPECT_EQ(learner.neighbour(), kOther);
}

TEST(UnnumberedLearner, OnlyLinkLocalSourcesAreRouters) {
    Learner learner;
    EXPECT_FALSE(learner.heard(address("2001:db8::1"), kStart));
    EXPECT_FALSE(learner.heard(address("::"), kStart));
    EXPECT_FALSE(learner.neighbour());
}

TEST(UnnumberedLearner, ForgetsWithTheLink) {
    Learner learner;
    learner.heard(kLeaf, kStart);
    learner.forget();
    EXPECT_FALSE(learner.neighbour());
    EXPECT_TRUE(learner.heard(kOther, kStart));
}

// Out of descriptors, the kernel cannot be asked: that is no link that went down.
TEST(UnnumberedLinkState, IsNotTakenForDownWhenItCannotBeRead) {
    const LinkState before{7, kLeaf, kMac};
    std::optional<LinkState> found = before;
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    const rlimit none{0, limit.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const bool read = read_link_state("lo", found);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    EXPECT_FALSE(read);
    EXPECT_EQ(found, before);
    EXPECT_TRUE(read_link_state("no-such-link", found));
    EXPECT_EQ(found, std::nullopt);
}

}  // namespace
}  // namespace routeproof::bgp::unnumbered
