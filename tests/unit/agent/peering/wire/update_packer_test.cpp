#include "agent/peering/wire/update_packer.hpp"

#include "agent/peering/wire/header.hpp"
#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

PathAttributes ours() {
    PathAttributes attributes;
    attributes.origin = Origin::Igp;
    attributes.as_path = path({65100});
    return attributes;
}

std::vector<net::Prefix> hosts(std::size_t count) {
    std::vector<net::Prefix> prefixes;
    for (std::uint32_t i = 0; i < count; ++i) {
        prefixes.push_back(net::Prefix::host(net::Address::v4(0xAC100000 + i)));
    }
    return prefixes;
}

struct Packed {
    Bytes message;
    std::size_t taken = 0;
};

Packed packed(UpdateFiller filler, Bytes& out, const std::vector<net::Prefix>& prefixes) {
    for (const auto& one : prefixes) {
        if (!filler.add(one)) {
            break;
        }
    }
    const std::size_t taken = filler.count();
    if (taken != 0) {
        filler.finish();
    }
    return {out, taken};
}

Packed pack_announcements(const EncodedAttributes& attributes,
                          AfiSafi family,
                          const std::vector<net::Prefix>& prefixes,
                          std::size_t limit) {
    Bytes out;
    return packed(UpdateFiller::announcements(out, family, attributes, limit), out, prefixes);
}

Packed pack_withdrawals(AfiSafi family,
                        const std::vector<net::Prefix>& prefixes,
                        std::size_t limit) {
    Bytes out;
    return packed(UpdateFiller::withdrawals(out, family, limit), out, prefixes);
}

Update decode(const Bytes& message, const UpdateContext& context = {}) {
    return decode_update(ByteView(message).subspan(kHeaderSize), context).value();
}

TEST(BgpPacker, FillsAMessageToItsLimit) {
    const auto attributes = encode_attributes(ours(), address("10.100.0.254"), {}).value();
    const auto prefixes = hosts(2000);
    const Packed packed = pack_announcements(attributes, kIpv4Unicast, prefixes, kMaxMessage);
    // 19 header, 2 + 2 lengths, 4 + 9 + 7 attributes; what is left holds 5 octets a prefix.
    EXPECT_EQ(packed.taken, (4096U - 19U - 4U - 20U) / 5U);
    EXPECT_GT(packed.message.size() + 5, kMaxMessage);
    EXPECT_LE(packed.message.size(), kMaxMessage);
    const Update update = decode(packed.message);
    EXPECT_EQ(update.action, ErrorAction::None);
    EXPECT_EQ(update.nlri.size(), packed.taken);
    EXPECT_EQ(update.nlri.back(), prefixes[packed.taken - 1]);
    EXPECT_EQ(update.attributes.next_hop, address("10.100.0.254"));
}

TEST(BgpPacker, PutsIpv6IntoMpReachBeforeTheOtherAttributes) {
    UpdateContext context;
    context.families = {kIpv6Unicast};
    const auto attributes = encode_attributes(ours(), address("2001:db8::1"), context).value();
    const std::vector prefixes(1000, prefix("2001:db8:64::1/128"));
    const Packed packed = pack_announcements(attributes, kIpv6Unicast, prefixes, kMaxMessage);
    EXPECT_GT(packed.message.size() + 17, kMaxMessage);
    EXPECT_EQ(packed.message[kHeaderSize + 5], static_cast<std::uint8_t>(AttributeCode::MpReach));
    const Update update = decode(packed.message, context);
    EXPECT_EQ(update.action, ErrorAction::None);
    EXPECT_EQ(update.mp_reach->nlri.size(), packed.taken);
    EXPECT_EQ(update.mp_reach->next_hop, address("2001:db8::1"));
    EXPECT_FALSE(update.attributes.next_hop);
}

TEST(BgpPacker, WithdrawsWithoutAttributes) {
    const auto prefixes = hosts(2000);
    const Packed packed = pack_withdrawals(kIpv4Unicast, prefixes, kMaxMessage);
    EXPECT_EQ(packed.taken, (4096U - 19U - 4U) / 5U);
    Update expected;
    expected.withdrawn_routes.assign(prefixes.begin(),
                                     prefixes.begin() + static_cast<std::ptrdiff_t>(packed.taken));
    EXPECT_EQ(decode(packed.message), expected);
}

TEST(BgpPacker, WithdrawsIpv6WithMpUnreachAlone) {
    UpdateContext context;
    context.families = {kIpv6Unicast};
    const std::vector prefixes{prefix("2001:db8:64::/48")};
    Update expected;
    expected.mp_unreach = MpUnreach{kIpv6Unicast, prefixes};
    EXPECT_EQ(decode(pack_withdrawals(kIpv6Unicast, prefixes, kMaxMessage).message, context),
              expected);
}

TEST(BgpPacker, GivesUpWhenTheAttributesLeaveNoRoom) {
    PathAttributes large = ours();
    for (std::uint32_t i = 0; i < 1100; ++i) {
        large.communities.emplace_back(i);
    }
    const auto attributes = encode_attributes(large, address("10.100.0.254"), {}).value();
    EXPECT_EQ(pack_announcements(attributes, kIpv4Unicast, hosts(1), kMaxMessage).taken, 0U);
}

TEST(BgpPacker, SortsCommunitiesAndSendsEachOnce) {
    PathAttributes attributes = ours();
    attributes.communities = {net::Community(2, 2), net::Community(1, 1), net::Community(2, 2)};
    const auto encoded = encode_attributes(attributes, address("10.100.0.254"), {}).value();
    const Packed packed = pack_announcements(encoded, kIpv4Unicast, hosts(1), kMaxMessage);
    EXPECT_EQ(decode(packed.message).attributes.communities,
              (std::vector{net::Community(1, 1), net::Community(2, 2)}));
}

TEST(BgpPacker, AppendsBehindWhatIsThereAndLeavesNothingOfAMessageThatIsNotFinished) {
    const auto attributes = encode_attributes(ours(), address("10.100.0.254"), {}).value();
    Bytes out = hex("01 02");
    {
        UpdateFiller filler =
            UpdateFiller::announcements(out, kIpv4Unicast, attributes, kMaxMessage);
        EXPECT_TRUE(filler.add(prefix("172.16.100.1/32")));
    }
    EXPECT_EQ(out, hex("01 02"));
    UpdateFiller filler = UpdateFiller::withdrawals(out, kIpv4Unicast, kMaxMessage);
    EXPECT_TRUE(filler.add(prefix("172.16.100.1/32")));
    filler.finish();
    EXPECT_EQ(out, hex("01 02 ffffffffffffffffffffffffffffffff 001c 02 0005 20 ac106401 0000"));
}

TEST(BgpPacker, WritesIpv4WithAnIpv6NextHopIntoMpReach) {
    UpdateContext context;
    context.extended_next_hop = {kIpv4Unicast};
    const auto attributes = encode_attributes(ours(), address("fe80::1"), context).value();
    const Packed packed = pack_announcements(attributes, kIpv4Unicast, hosts(3), kMaxMessage);
    const Update update = decode(packed.message, context);
    ASSERT_TRUE(update.mp_reach);
    EXPECT_EQ(update.mp_reach->nlri, hosts(3));
    EXPECT_EQ(update.mp_reach->next_hop, address("fe80::1"));
    EXPECT_TRUE(update.nlri.empty());
}

TEST(BgpPacker, FillsExtendedMessagesToo) {
    const auto attributes = encode_attributes(ours(), address("10.100.0.254"), {}).value();
    const Packed packed =
        pack_announcements(attributes, kIpv4Unicast, hosts(20000), kMaxExtendedMessage);
    EXPECT_GT(packed.message.size() + 5, kMaxExtendedMessage);
    EXPECT_LE(packed.message.size(), kMaxExtendedMessage);
    EXPECT_EQ(decode(packed.message).nlri.size(), packed.taken);
}

TEST(BgpPacker, HasRoomForAllInALimitThatIsCalledEnough) {
    const auto attributes = encode_attributes(ours(), address("10.100.0.254"), {}).value();
    for (const std::size_t count : {1U, 2U, 50U}) {
        const auto limit = UpdateFiller::enough(attributes, count);
        const Packed packed = pack_announcements(attributes, kIpv4Unicast, hosts(count), limit);
        EXPECT_EQ(packed.taken, count);
    }
}

TEST(BgpPacker, MarksTheEndOfTheTablePerFamily) {
    UpdateContext context;
    context.families = {kIpv6Unicast};
    EXPECT_EQ(end_of_rib(decode(encode_end_of_rib(kIpv4Unicast))), kIpv4Unicast);
    EXPECT_EQ(end_of_rib(decode(encode_end_of_rib(kIpv6Unicast), context)), kIpv6Unicast);
}

}  // namespace
}  // namespace routeproof::bgp
