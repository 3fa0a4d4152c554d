#include "agent/peering/adj_rib_out.hpp"

#include "agent/peering/wire/header.hpp"
#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

const net::Prefix kBlock = prefix("172.16.100.0/26");
const net::Prefix kHost = prefix("172.16.100.99/32");

OutAttributes with_med(std::optional<std::uint32_t> med) {
    PathAttributes attributes;
    attributes.origin = Origin::Igp;
    attributes.as_path = path({65100});
    attributes.med = med;
    return std::make_shared<const EncodedAttributes>(
        encode_attributes(attributes, address("10.100.0.254"), {}).value());
}

class BgpAdjRibOut : public testing::Test {
protected:
    Update next() {
        const Bytes message = rib.next_message();
        return message.empty() ? Update{}
                               : decode_update(ByteView(message).subspan(kHeaderSize), {}).value();
    }
    void drain() {
        while (!rib.next_message().empty()) {
        }
    }

    AdjRibOut rib{kIpv4Unicast, kMaxMessage};
    OutAttributes plain = with_med(std::nullopt);
    OutAttributes heavy = with_med(50);
};

TEST_F(BgpAdjRibOut, SendsAnAnnouncementOnce) {
    rib.announce(kBlock, plain);
    EXPECT_FALSE(rib.sent(kBlock));
    EXPECT_EQ(next().nlri, std::vector{kBlock});
    EXPECT_TRUE(rib.sent(kBlock));
    EXPECT_EQ(rib.sent_count(), 1U);
    rib.announce(kBlock, with_med(std::nullopt));
    EXPECT_FALSE(rib.pending());
}

TEST_F(BgpAdjRibOut, SendsChangedAttributesWithoutAWithdrawal) {
    rib.announce(kBlock, plain);
    drain();
    rib.announce(kBlock, heavy);
    const Update update = next();
    EXPECT_EQ(update.nlri, std::vector{kBlock});
    EXPECT_EQ(update.attributes.med, 50U);
    EXPECT_TRUE(update.withdrawn_routes.empty());
    EXPECT_EQ(rib.sent_count(), 1U);
}

TEST_F(BgpAdjRibOut, WithdrawsOnlyWhatThePeerHolds) {
    rib.announce(kBlock, plain);
    drain();
    rib.withdraw(kHost);
    rib.withdraw(kBlock);
    rib.withdraw(kBlock);
    Update expected;
    expected.withdrawn_routes = {kBlock};
    EXPECT_EQ(next(), expected);
    EXPECT_FALSE(rib.pending());
    EXPECT_EQ(rib.sent_count(), 0U);
}

TEST_F(BgpAdjRibOut, WhatComesAndGoesInBetweenIsNeverSent) {
    rib.announce(kHost, plain);
    rib.withdraw(kHost);
    EXPECT_FALSE(rib.pending());
}

TEST_F(BgpAdjRibOut, WhatGoesAndComesInBetweenIsSentAsAnAnnouncementAlone) {
    rib.announce(kBlock, plain);
    drain();
    rib.withdraw(kBlock);
    rib.announce(kBlock, heavy);
    const Update update = next();
    EXPECT_EQ(update.nlri, std::vector{kBlock});
    EXPECT_TRUE(update.withdrawn_routes.empty());
    EXPECT_FALSE(rib.pending());
    rib.withdraw(kBlock);
    EXPECT_EQ(next().withdrawn_routes, std::vector{kBlock});
}

TEST_F(BgpAdjRibOut, SaysEndOfRibBehindTheLastRouteOfTheTable) {
    rib.announce(kBlock, plain);
    rib.announce(kHost, heavy);
    rib.mark_end_of_rib();
    EXPECT_FALSE(end_of_rib(next()));
    EXPECT_FALSE(end_of_rib(next()));
    EXPECT_EQ(end_of_rib(next()), kIpv4Unicast);
    EXPECT_FALSE(rib.pending());
}

TEST_F(BgpAdjRibOut, ARefreshSendsAllAgain) {
    rib.announce(kBlock, plain);
    rib.announce(kHost, plain);
    drain();
    rib.readvertise();
    EXPECT_EQ(next().nlri, (std::vector{kBlock, kHost}));
    EXPECT_FALSE(rib.pending());
    EXPECT_EQ(rib.sent_count(), 2U);
}

TEST_F(BgpAdjRibOut, PacksWhatSharesItsAttributes) {
    for (std::uint32_t i = 0; i < 2000; ++i) {
        rib.announce(net::Prefix::host(net::Address::v4(0xAC100000 + i)), plain);
    }
    int messages = 0;
    while (!rib.next_message().empty()) {
        ++messages;
    }
    EXPECT_EQ(messages, 3);
    EXPECT_EQ(rib.sent_count(), 2000U);
}

TEST_F(BgpAdjRibOut, APrefixThatNoMessageHoldsIsGivenUpAndWithdrawn) {
    rib.announce(kBlock, plain);
    drain();
    const auto enormous = std::make_shared<const EncodedAttributes>(
        EncodedAttributes{Bytes(4090), address("10.100.0.254")});
    rib.announce(kBlock, enormous);
    rib.announce(kHost, enormous);
    EXPECT_EQ(next().withdrawn_routes, std::vector{kBlock});
    EXPECT_EQ(rib.take_unsendable(), (std::vector{kBlock, kHost}));
    EXPECT_FALSE(rib.pending());
    EXPECT_EQ(rib.size(), 0U);
}

}  // namespace
}  // namespace routeproof::bgp
