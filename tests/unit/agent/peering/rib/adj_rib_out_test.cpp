#include "agent/peering/rib/adj_rib_out.hpp"

#include "agent/peering/wire/header.hpp"
#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

const net::Prefix kBlock = prefix("172.16.100.0/26");
const net::Prefix kHost = prefix("172.16.100.99/32");

EncodedAttributes with_med(std::optional<std::uint32_t> med) {
    PathAttributes attributes;
    attributes.origin = Origin::Igp;
    attributes.as_path = path({65100});
    attributes.med = med;
    return encode_attributes(attributes, address("10.100.0.254"), {}).value();
}

class BgpAdjRibOut : public testing::Test {
protected:
    Update next() {
        Bytes message;
        if (!rib.next_message(message)) {
            return {};
        }
        return decode_update(ByteView(message).subspan(kHeaderSize), {}).value();
    }
    void drain() {
        for (Bytes message; rib.next_message(message);) {
        }
    }
    void announce(const net::Prefix& where, AdjRibOut::SetId set) {
        rib.announce(prefixes.add(where), set);
    }
    void withdraw(const net::Prefix& where) {
        if (const auto slot = prefixes.find(where)) {
            rib.withdraw(*slot);
        }
    }
    bool sent(const net::Prefix& where) {
        const auto slot = prefixes.find(where);
        return slot && rib.sent(*slot);
    }
    std::size_t sent_count() const { return rib.sent_count(net::Family::IPv4); }

    PrefixTable prefixes;
    AdjRibOut rib{prefixes, kMaxMessage};
    AdjRibOut::SetId plain = rib.add_set(kIpv4Unicast, with_med(std::nullopt));
    AdjRibOut::SetId heavy = rib.add_set(kIpv4Unicast, with_med(50));
};

TEST_F(BgpAdjRibOut, SendsAnAnnouncementOnce) {
    announce(kBlock, plain);
    EXPECT_FALSE(sent(kBlock));
    EXPECT_EQ(next().nlri, std::vector{kBlock});
    EXPECT_TRUE(sent(kBlock));
    EXPECT_EQ(sent_count(), 1U);
    announce(kBlock, rib.add_set(kIpv4Unicast, with_med(std::nullopt)));
    EXPECT_FALSE(rib.pending());
}

TEST_F(BgpAdjRibOut, SendsChangedAttributesWithoutAWithdrawal) {
    announce(kBlock, plain);
    drain();
    announce(kBlock, heavy);
    const Update update = next();
    EXPECT_EQ(update.nlri, std::vector{kBlock});
    EXPECT_EQ(update.attributes.med, 50U);
    EXPECT_TRUE(update.withdrawn_routes.empty());
    EXPECT_EQ(sent_count(), 1U);
}

TEST_F(BgpAdjRibOut, WithdrawsOnlyWhatThePeerHolds) {
    announce(kBlock, plain);
    drain();
    withdraw(kHost);
    withdraw(kBlock);
    withdraw(kBlock);
    Update expected;
    expected.withdrawn_routes = {kBlock};
    EXPECT_EQ(next(), expected);
    EXPECT_FALSE(rib.pending());
    EXPECT_EQ(sent_count(), 0U);
}

TEST_F(BgpAdjRibOut, WhatComesAndGoesInBetweenIsNeverSent) {
    announce(kHost, plain);
    withdraw(kHost);
    EXPECT_FALSE(rib.pending());
}

TEST_F(BgpAdjRibOut, WhatGoesAndComesInBetweenIsSentAsAnAnnouncementAlone) {
    announce(kBlock, plain);
    drain();
    withdraw(kBlock);
    announce(kBlock, heavy);
    const Update update = next();
    EXPECT_EQ(update.nlri, std::vector{kBlock});
    EXPECT_TRUE(update.withdrawn_routes.empty());
    EXPECT_FALSE(rib.pending());
    withdraw(kBlock);
    EXPECT_EQ(next().withdrawn_routes, std::vector{kBlock});
}

TEST_F(BgpAdjRibOut, SaysEndOfRibBehindTheLastRouteOfTheTable) {
    announce(kBlock, plain);
    announce(kHost, heavy);
    rib.mark_end_of_rib(kIpv4Unicast);
    EXPECT_FALSE(end_of_rib(next()));
    EXPECT_FALSE(end_of_rib(next()));
    EXPECT_EQ(end_of_rib(next()), kIpv4Unicast);
    EXPECT_FALSE(rib.pending());
}

TEST_F(BgpAdjRibOut, ARefreshSendsAllAgain) {
    announce(kBlock, plain);
    announce(kHost, plain);
    drain();
    rib.readvertise(kIpv4Unicast, false);
    EXPECT_EQ(next().nlri, (std::vector{kBlock, kHost}));
    EXPECT_FALSE(rib.pending());
    EXPECT_EQ(sent_count(), 2U);
}

TEST_F(BgpAdjRibOut, PacksWhatSharesItsAttributes) {
    for (std::uint32_t i = 0; i < 2000; ++i) {
        announce(net::Prefix::host(net::Address::v4(0xAC100000 + i)), plain);
    }
    int messages = 0;
    for (Bytes message; rib.next_message(message);) {
        ++messages;
    }
    EXPECT_EQ(messages, 3);
    EXPECT_EQ(sent_count(), 2000U);
}

TEST_F(BgpAdjRibOut, APrefixThatNoMessageHoldsIsGivenUpAndWithdrawn) {
    announce(kBlock, plain);
    drain();
    const auto enormous = rib.add_set(
        kIpv4Unicast, EncodedAttributes{Bytes(4090), address("10.100.0.254"), std::nullopt});
    announce(kBlock, enormous);
    announce(kHost, enormous);
    EXPECT_EQ(next().withdrawn_routes, std::vector{kBlock});
    drain();
    EXPECT_EQ(rib.take_unsendable(), (std::vector{kBlock, kHost}));
    EXPECT_FALSE(rib.pending());
    EXPECT_EQ(prefixes.size(), 0U);
}

TEST_F(BgpAdjRibOut, AMarkedRefreshStandsBetweenItsMarks) {
    announce(kBlock, plain);
    drain();
    rib.readvertise(kIpv4Unicast, true);
    Bytes out;
    while (rib.next_message(out)) {
    }
    const Bytes begin = encode_message(MessageType::RouteRefresh, hex("0001 01 01"));
    const Bytes end = encode_message(MessageType::RouteRefresh, hex("0001 02 01"));
    ASSERT_GT(out.size(), begin.size() + end.size());
    EXPECT_EQ(Bytes(out.begin(), out.begin() + 23), begin);
    EXPECT_EQ(Bytes(out.end() - 23, out.end()), end);
    EXPECT_FALSE(rib.pending());
}

// RFC 7313 4: no mark may stand before the initial table's end.
TEST_F(BgpAdjRibOut, ARefreshBeforeEndOfRibIsTheInitialTable) {
    announce(kBlock, plain);
    announce(kHost, heavy);
    rib.mark_end_of_rib(kIpv4Unicast);
    EXPECT_EQ(next().nlri, std::vector{kBlock});
    rib.readvertise(kIpv4Unicast, true);
    std::vector<MessageType> types;
    std::optional<AfiSafi> last;
    for (Bytes message; rib.next_message(message); message.clear()) {
        const ByteView octets(message);
        types.push_back(decode_header(octets.first(kHeaderSize)).value().type);
        if (types.back() == MessageType::Update) {
            last = end_of_rib(decode_update(octets.subspan(kHeaderSize), {}).value());
        }
    }
    EXPECT_EQ(types, std::vector<MessageType>(3, MessageType::Update));
    EXPECT_EQ(last, kIpv4Unicast);
}

TEST_F(BgpAdjRibOut, FlappingWhileThePeerDoesNotReadCostsNoMemoryAndOneMessage) {
    announce(kHost, plain);
    for (int i = 0; i < 10000; ++i) {
        announce(kBlock, i % 2 == 0 ? plain : heavy);
    }
    EXPECT_EQ(next().nlri, std::vector{kHost});
    EXPECT_EQ(next().nlri, std::vector{kBlock});
    EXPECT_FALSE(rib.pending());
}

TEST_F(BgpAdjRibOut, LetsGoOfEveryPrefixAndSetThatIsNotAnnounced) {
    announce(kBlock, plain);
    announce(kHost, heavy);
    rib.release_set(heavy);
    drain();
    withdraw(kBlock);
    withdraw(kHost);
    drain();
    EXPECT_EQ(prefixes.size(), 0U);
    // The set was forgotten with its last prefix: the same octets get a number again.
    EXPECT_NE(rib.add_set(kIpv4Unicast, with_med(50)), AdjRibOut::kNoSet);
}

}  // namespace
}  // namespace routeproof::bgp
