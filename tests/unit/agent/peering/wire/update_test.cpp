// UPDATEs as octets: what they mean, and what RFC 7606 makes of faulty ones.
#include "agent/peering/wire/update.hpp"

#include "agent/peering/wire/header.hpp"
#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

// Attributes in hex, named for what they are.
constexpr const char* kOrigin = "40 01 01 00 ";
constexpr const char* kAsPath = "40 02 06 02 01 0000fde8 ";
constexpr const char* kNextHop = "40 03 04 0a6400fd ";
constexpr const char* kNlri = "1a ac106480 ";  // 172.16.100.128/26

Bytes body(const std::string& withdrawn, const std::string& attributes, const std::string& nlri) {
    Writer writer(65535);
    const auto routes = writer.open_u16();
    writer.bytes(hex(withdrawn));
    writer.close_u16(routes);
    const auto total = writer.open_u16();
    writer.bytes(hex(attributes));
    writer.close_u16(total);
    writer.bytes(hex(nlri));
    return writer.take();
}

std::string mandatory() {
    return std::string(kOrigin) + kAsPath + kNextHop;
}

Update plain_route() {
    Update update;
    update.attributes.origin = Origin::Igp;
    update.attributes.as_path = path({65000});
    update.attributes.next_hop = address("10.100.0.253");
    update.nlri = {prefix("172.16.100.128/26")};
    return update;
}

UpdateContext two_octets() {
    UpdateContext context;
    context.four_octet_as = false;
    return context;
}

UpdateContext both_families() {
    UpdateContext context;
    context.families = {kIpv4Unicast, kIpv6Unicast};
    return context;
}

// --- what is well, both ways ----------------------------------------------------------------

struct GoodCase {
    const char* name;
    Bytes octets;
    Update update;
    UpdateContext context;
};

std::vector<GoodCase> good_cases() {
    std::vector<GoodCase> rows;
    rows.push_back({"PlainRoute", body("", mandatory(), kNlri), plain_route(), {}});

    Update withdrawal;
    withdrawal.withdrawn_routes = {prefix("172.16.100.0/26"), prefix("0.0.0.0/0")};
    rows.push_back({"Withdrawal", body("1a ac106400 00", "", ""), withdrawal, {}});

    Update decorated = plain_route();
    decorated.attributes.med = 50;
    decorated.attributes.atomic_aggregate = true;
    decorated.attributes.aggregator = Aggregator{net::Asn(65000), address("192.0.2.1")};
    decorated.attributes.communities = {net::Community(65000, 100), net::kGracefulShutdown};
    decorated.attributes.extended_communities = {{{0, 2, 0xFD, 0xE8, 0, 0, 0, 7}}};
    decorated.attributes.large_communities = {{4200000100, 1, 2}};
    decorated.attributes.unknown = {{0xE0, 99, hex("beef")}};
    rows.push_back({"EveryAttribute",
                    body("",
                         mandatory() + "80 04 04 00000032 40 06 00 c0 07 08 0000fde8 c0000201 "
                                       "c0 08 08 fde80064 ffff0000 c0 10 08 0002fde800000007 "
                                       "c0 20 0c fa56ea64 00000001 00000002 e0 63 02 beef",
                         kNlri),
                    decorated,
                    {}});

    Update as4 = plain_route();
    as4.attributes.as_path = path({65000, 4200000100});
    as4.attributes.aggregator = Aggregator{net::Asn(4200000100), address("192.0.2.1")};
    rows.push_back({"As4PathIsMerged",
                    body("",
                         std::string(kOrigin) + "40 02 06 02 02 fde8 5ba0 " + kNextHop +
                             "c0 07 06 5ba0 c0000201 c0 11 0a 02 02 0000fde8 fa56ea64 "
                             "c0 12 08 fa56ea64 c0000201",
                         kNlri),
                    as4,
                    two_octets()});

    Update reach;
    reach.attributes.origin = Origin::Igp;
    reach.attributes.as_path = path({65000});
    reach.mp_reach = MpReach{
        kIpv6Unicast, address("2001:db8::1"), address("fe80::1"), {prefix("2001:db8:64::/48")}};
    rows.push_back({"MpReachWithTwoNextHops",
                    body("",
                         "80 0e 2c 0002 01 20 20010db8000000000000000000000001 "
                         "fe800000000000000000000000000001 00 30 20010db80064 " +
                             std::string(kOrigin) + kAsPath,
                         ""),
                    reach,
                    both_families()});

    Update unreach;
    unreach.mp_unreach = MpUnreach{kIpv6Unicast, {prefix("2001:db8:64::/48")}};
    rows.push_back({"MpUnreachAlone",
                    body("", "80 0f 0a 0002 01 30 20010db80064", ""),
                    unreach,
                    both_families()});
    return rows;
}

TEST(BgpUpdate, WellFormedOnesAreReadWhole) {
    for (const auto& row : good_cases()) {
        const auto decoded = decode_update(row.octets, row.context);
        ASSERT_TRUE(decoded.has_value()) << row.name << ": " << decoded.error();
        EXPECT_EQ(*decoded, row.update) << row.name;
    }
}

TEST(BgpUpdate, WellFormedOnesAreWrittenAsTheyWereRead) {
    for (const auto& row : good_cases()) {
        const auto encoded = encode_update(row.update, row.context, kMaxMessage);
        ASSERT_TRUE(encoded.has_value()) << row.name;
        EXPECT_EQ(Bytes(encoded->begin() + kHeaderSize, encoded->end()), row.octets) << row.name;
    }
}

TEST(BgpUpdate, EveryPrefixOfItsOctetsIsReadWithoutHarm) {
    for (const auto& row : good_cases()) {
        for (std::size_t size = 0; size < row.octets.size(); ++size) {
            const Bytes cut(row.octets.begin(),
                            row.octets.begin() + static_cast<std::ptrdiff_t>(size));
            (void)decode_update(cut, row.context);
        }
    }
}

// Not a fuzzer, but its first minute: every octet of every message replaced.
TEST(BgpUpdate, AnyOctetMayBeWrongWithoutHarm) {
    for (const auto& row : good_cases()) {
        for (std::size_t at = 0; at < row.octets.size(); ++at) {
            for (unsigned value = 0; value < 256; ++value) {
                Bytes spoilt = row.octets;
                spoilt[at] = static_cast<std::uint8_t>(value);
                const auto decoded = decode_update(spoilt, row.context);
                if (!decoded) {
                    EXPECT_EQ(decoded.error().code, ErrorCode::Update);
                }
            }
        }
    }
}

TEST(BgpUpdate, HostBitsBehindThePrefixLengthAreMasked) {
    const auto decoded = decode_update(body("", mandatory(), "1a ac1064ff"), {});
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->nlri, std::vector{prefix("172.16.100.192/26")});
}

TEST(BgpUpdate, LinkLocalNextHopsComeInThreeShapes) {
    const std::string fe80 = "fe800000000000000000000000000001 ";
    const std::string none = "00000000000000000000000000000000 ";
    const std::string tail = "00 30 20010db80064 " + std::string(kOrigin) + kAsPath;
    for (const auto& reach : {"80 0e 1c 0002 01 10 " + fe80,
                              "80 0e 2c 0002 01 20 " + fe80 + fe80,
                              "80 0e 2c 0002 01 20 " + none + fe80}) {
        const auto decoded = decode_update(body("", reach + tail, ""), both_families());
        ASSERT_TRUE(decoded.has_value()) << reach;
        EXPECT_EQ(decoded->mp_reach->next_hop, address("fe80::1")) << reach;
        EXPECT_FALSE(decoded->mp_reach->link_local) << reach;
    }
}

// --- End-of-RIB -----------------------------------------------------------------------------

TEST(BgpEndOfRib, IsAnEmptyUpdateOrAnEmptyMpUnreach) {
    EXPECT_EQ(end_of_rib(*decode_update(hex("0000 0000"), {})), kIpv4Unicast);
    EXPECT_EQ(end_of_rib(*decode_update(hex("0000 0006 80 0f 03 0002 01"), both_families())),
              kIpv6Unicast);
}

TEST(BgpEndOfRib, IsNotWhatMerelyLooksLikeIt) {
    EXPECT_FALSE(end_of_rib(*decode_update(body("", kOrigin, ""), {})));
    EXPECT_FALSE(end_of_rib(*decode_update(body("00", "", ""), {})));
    // An attribute that is discarded does not leave a marker behind.
    EXPECT_FALSE(end_of_rib(*decode_update(body("", "40 06 01 00", ""), {})));
}

// --- RFC 7606 -------------------------------------------------------------------------------

struct FaultCase {
    const char* name;
    std::string attributes;
    const char* nlri;
    ErrorAction action;
    Notification notification;  // what RFC 4271 6.3 would have sent; sent, when it is a reset
};

Notification fault(std::uint8_t subcode, std::string_view data = {}) {
    return {ErrorCode::Update, subcode, hex(data)};
}

std::vector<FaultCase> faults() {
    const std::string as_path_next_hop = std::string(kAsPath) + kNextHop;
    const std::string origin_next_hop = std::string(kOrigin) + kNextHop;
    const auto withdraw = ErrorAction::TreatAsWithdraw;
    const auto discard = ErrorAction::AttributeDiscard;
    const auto reset = ErrorAction::SessionReset;
    return {
        {"OriginOfTwoOctets",
         "40 01 02 0000" + as_path_next_hop,
         kNlri,
         withdraw,
         fault(5, "40 01 02 0000")},
        {"OriginThree", "40 01 01 03" + as_path_next_hop, kNlri, withdraw, fault(6, "40 01 01 03")},
        {"OriginOptional",
         "c0 01 01 00" + as_path_next_hop,
         kNlri,
         withdraw,
         fault(4, "c0 01 01 00")},
        {"OriginMissing", as_path_next_hop, kNlri, withdraw, fault(3, "01")},
        {"AsPathMissing", origin_next_hop, kNlri, withdraw, fault(3, "02")},
        {"NextHopMissing", std::string(kOrigin) + kAsPath, kNlri, withdraw, fault(3, "03")},
        {"NextHopOfThreeOctets",
         std::string(kOrigin) + kAsPath + "40 03 03 0a6400",
         kNlri,
         withdraw,
         fault(5, "40 03 03 0a6400")},
        {"AsPathSegmentType",
         origin_next_hop + "40 02 06 05 01 0000fde8",
         kNlri,
         withdraw,
         fault(11)},
        {"AsPathSegmentEmpty", origin_next_hop + "40 02 02 02 00", kNlri, withdraw, fault(11)},
        {"AsPathSegmentOverruns",
         origin_next_hop + "40 02 06 02 02 0000fde8",
         kNlri,
         withdraw,
         fault(11)},
        {"AsPathWithAs0", origin_next_hop + "40 02 06 02 01 00000000", kNlri, withdraw, fault(11)},
        {"AsPathWithConfederation",
         origin_next_hop + "40 02 06 03 01 0000fde8",
         kNlri,
         withdraw,
         fault(11)},
        {"MedOfThreeOctets",
         mandatory() + "80 04 03 000000",
         kNlri,
         withdraw,
         fault(5, "80 04 03 000000")},
        {"CommunitiesOfFiveOctets",
         mandatory() + "c0 08 05 0000000000",
         kNlri,
         withdraw,
         fault(5, "c0 08 05 0000000000")},
        {"CommunitiesEmpty", mandatory() + "c0 08 00", kNlri, withdraw, fault(5, "c0 08 00")},
        {"ExtendedCommunitiesOfSevenOctets",
         mandatory() + "c0 10 07 00000000000000",
         kNlri,
         withdraw,
         fault(5, "c0 10 07 00000000000000")},
        {"LargeCommunitiesOfFourOctets",
         mandatory() + "c0 20 04 00000000",
         kNlri,
         withdraw,
         fault(5, "c0 20 04 00000000")},
        {"UnknownWellKnown", mandatory() + "40 63 00", kNlri, withdraw, fault(2, "40 63 00")},
        {"AttributeOverrunsTheTotal", mandatory() + "c0 08 08 00000000", kNlri, withdraw, fault(1)},
        {"AttributeHeaderCutShort", mandatory() + "c0 08", kNlri, withdraw, fault(1)},
        {"ExtendedLengthCutShort", mandatory() + "d0 08 00", kNlri, withdraw, fault(1)},

        {"AtomicAggregateWithValue",
         mandatory() + "40 06 01 00",
         kNlri,
         discard,
         fault(5, "40 06 01 00")},
        {"AggregatorOfTwoOctetAs",
         mandatory() + "c0 07 06 fde8 c0000201",
         kNlri,
         discard,
         fault(5, "c0 07 06 fde8 c0000201")},
        {"AggregatorAs0",
         mandatory() + "c0 07 08 00000000 c0000201",
         kNlri,
         discard,
         fault(9, "c0 07 08 00000000 c0000201")},
        {"OtcOfThreeOctets",
         mandatory() + "c0 23 03 000000",
         kNlri,
         withdraw,
         fault(5, "c0 23 03 000000")},
        {"Ipv6ExtendedCommunitiesOfNineteenOctets",
         mandatory() + "c0 19 13 00000000000000000000000000000000000000",
         kNlri,
         withdraw,
         fault(5, "c0 19 13 00000000000000000000000000000000000000")},
        {"PrefixSidTransitiveMissing",
         mandatory() + "80 28 03 020000",
         kNlri,
         discard,
         fault(9, "80 28 03 020000")},
        {"PrefixSidFromOutside",
         mandatory() + "c0 28 0a 01 0007 00000000000064",
         kNlri,
         discard,
         fault(9, "c0 28 0a 01 0007 00000000000064")},
        {"AigpOfTenOctets",
         mandatory() + "80 1a 0a 01 000a 00000000000064",
         kNlri,
         discard,
         fault(9, "80 1a 0a 01 000a 00000000000064")},
        {"AigpTlvOverruns",
         mandatory() + "80 1a 04 02 0005 00",
         kNlri,
         discard,
         fault(9, "80 1a 04 02 0005 00")},
        {"AigpTransitive",
         mandatory() + "c0 1a 0b 01 000b 0000000000000064",
         kNlri,
         discard,
         fault(4, "c0 1a 0b 01 000b 0000000000000064")},
        {"LocalPrefFromOutside", mandatory() + "40 05 04 00000064", kNlri, discard, fault(1)},
        {"OriginatorIdFromOutside",
         mandatory() + "80 09 04 00000001",
         kNlri,
         discard,
         fault(9, "80 09 04 00000001")},
        {"As4PathBetweenNewSpeakers",
         mandatory() + "c0 11 06 02 01 fa56ea64",
         kNlri,
         discard,
         fault(9, "c0 11 06 02 01 fa56ea64")},
        {"SecondOrigin", mandatory() + "40 01 01 02", kNlri, discard, fault(1)},
        {"FamilyNotNegotiated",
         mandatory() + "80 0f 07 0002 01 18 20010d",
         kNlri,
         discard,
         fault(9)},

        {"MpReachTwice",
         mandatory() + "80 0e 09 0001 01 04 0a6400fd 00 80 0e 09 0001 01 04 0a6400fd 00",
         kNlri,
         reset,
         fault(1)},
        {"MpUnreachTwice", "80 0f 03 0001 01 80 0f 03 0001 01", "", reset, fault(1)},
        {"MpReachOverruns", mandatory() + "80 0e 28 0001 01", kNlri, reset, fault(1)},
        {"MpUnreachOverruns", mandatory() + "80 0f 28 0002 01", kNlri, reset, fault(1)},
        {"MpReachNextHopOfFiveOctets",
         mandatory() + "80 0e 0a 0001 01 05 0a6400fd00 00",
         kNlri,
         reset,
         fault(9, "80 0e 0a 0001 01 05 0a6400fd00 00")},
        {"MpReachNextHopOverruns",
         mandatory() + "80 0e 06 0001 01 10 0a00",
         kNlri,
         reset,
         fault(9, "80 0e 06 0001 01 10 0a00")},
        {"MpReachPrefixTooLong",
         mandatory() + "80 0e 0a 0001 01 04 0a6400fd 00 21",
         kNlri,
         reset,
         fault(9, "80 0e 0a 0001 01 04 0a6400fd 00 21")},
        {"MpUnreachPrefixCutShort",
         "80 0f 05 0001 01 18 ac",
         "",
         reset,
         fault(9, "80 0f 05 0001 01 18 ac")},
        {"MpUnreachOfTwoOctets", "80 0f 02 0001", "", reset, fault(9, "80 0f 02 0001")},
        {"WithdrawErrorWithoutNlri", "40 01 01 03", "", reset, fault(6, "40 01 01 03")},
    };
}

TEST(BgpUpdateFault, AsksForWhatRfc7606Says) {
    for (const auto& row : faults()) {
        const auto decoded = decode_update(body("", row.attributes, row.nlri), {});
        if (row.action == ErrorAction::SessionReset) {
            ASSERT_FALSE(decoded.has_value()) << row.name;
            EXPECT_EQ(decoded.error(), row.notification) << row.name;
            continue;
        }
        ASSERT_TRUE(decoded.has_value()) << row.name << ": " << decoded.error();
        EXPECT_EQ(decoded->action, row.action) << row.name;
        ASSERT_EQ(decoded->errors.size(), 1U) << row.name;
        EXPECT_EQ(decoded->errors[0].notification, row.notification) << row.name;
        EXPECT_EQ(decoded->nlri, std::vector{prefix("172.16.100.128/26")}) << row.name;
    }
}

TEST(BgpUpdate, OnlyToCustomerIsReadAndWritten) {
    Update update = plain_route();
    update.attributes.only_to_customer = net::Asn(65000);
    const Bytes octets = body("", mandatory() + "c0 23 04 0000fde8", kNlri);
    EXPECT_EQ(decode_update(octets, {}).value(), update);
    const Bytes written = encode_update(update, {}, kMaxMessage).value();
    EXPECT_EQ(Bytes(written.begin() + kHeaderSize, written.end()), octets);
}

TEST(BgpUpdate, PathIdentifiersStandBeforeTheirPrefixes) {
    UpdateContext context;
    context.add_path = {kIpv4Unicast};
    Update update = plain_route();
    update.nlri_path_ids = {7};
    const Bytes octets = body("", mandatory(), std::string("00000007 ") + kNlri);
    EXPECT_EQ(decode_update(octets, context).value(), update);
    const Bytes written = encode_update(update, context, kMaxMessage).value();
    EXPECT_EQ(Bytes(written.begin() + kHeaderSize, written.end()), octets);
}

TEST(BgpUpdate, AttributesOfNoUseAreKeptAsTheyStand) {
    const auto decoded =
        decode_update(body("",
                           mandatory() + "c0 19 14 0000000000000000000000000000000000000001" +
                               "80 1a 0b 01 000b 0000000000000064",
                           kNlri),
                      {});
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->action, ErrorAction::None);
    EXPECT_EQ(
        decoded->attributes.unknown,
        (std::vector<UnknownAttribute>{{0xC0, 25, hex("0000000000000000000000000000000000000001")},
                                       {0x80, 26, hex("01 000b 0000000000000064")}}));
}

TEST(BgpUpdateFault, InsideTheAsAPrefixSidThatCannotBeReadIsDiscarded) {
    UpdateContext internal;
    internal.internal = true;
    const std::string attributes = mandatory() + "40 05 04 00000064";
    const auto good =
        decode_update(body("", attributes + "c0 28 0a 01 0007 00000000000064", kNlri), internal);
    EXPECT_EQ(good->action, ErrorAction::None);
    EXPECT_EQ(good->attributes.unknown.size(), 1U);
    for (const auto* bad : {"c0 28 04 01 0001 00", "c0 28 04 02 0002 00", "c0 28 04 03 0001 00"}) {
        const auto decoded = decode_update(body("", attributes + bad, kNlri), internal);
        ASSERT_TRUE(decoded.has_value()) << bad;
        EXPECT_EQ(decoded->action, ErrorAction::AttributeDiscard) << bad;
        EXPECT_TRUE(decoded->attributes.unknown.empty()) << bad;
    }
}

TEST(BgpUpdate, LargeCommunitiesThereTwiceCountOnce) {
    const auto decoded = decode_update(
        body("",
             mandatory() + "c0 20 24 00000002 00000000 00000000 00000001 00000000 00000000"
                           "00000002 00000000 00000000",
             kNlri),
        {});
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->action, ErrorAction::None);
    EXPECT_EQ(decoded->attributes.large_communities,
              (std::vector<LargeCommunity>{{2, 0, 0}, {1, 0, 0}}));
}

// RFC 7606 5.2: no prefix was to be seen, and none was missed.
TEST(BgpUpdateFault, AnUpdateThatOnlyWithdrawsDoesNotResetForItsFlags) {
    const auto empty = decode_update(hex("0000 0006 c0 0f 03 0002 01"), both_families());
    ASSERT_TRUE(empty.has_value()) << empty.error();
    EXPECT_EQ(empty->action, ErrorAction::TreatAsWithdraw);
    EXPECT_FALSE(end_of_rib(*empty)) << "a faulty attribute leaves no marker behind";
    const auto gone =
        decode_update(body("", "c0 0f 0a 0002 01 30 20010db80064", ""), both_families());
    ASSERT_TRUE(gone.has_value()) << gone.error();
    EXPECT_EQ(gone->mp_unreach->withdrawn_routes, std::vector{prefix("2001:db8:64::/48")});
}

TEST(BgpUpdateFault, AnAttributeThatIsThereThousandsOfTimesIsOneFault) {
    std::string many;
    for (int i = 0; i < 15000; ++i) {
        many += "c0 63 00 ";
    }
    const auto decoded = decode_update(body("", mandatory() + many, kNlri), {});
    ASSERT_TRUE(decoded.has_value()) << decoded.error();
    EXPECT_EQ(decoded->action, ErrorAction::AttributeDiscard);
    EXPECT_EQ(decoded->errors.size(), 1U);
    EXPECT_EQ(decoded->attributes.unknown, (std::vector<UnknownAttribute>{{0xC0, 99, {}}}));
}

// RFC 6793 6.
TEST(BgpUpdateFault, AnAs4AttributeWithoutItsPartnerIsDiscarded) {
    for (const auto* alone : {"c0 11 06 02 01 fa56ea64", "c0 12 08 fa56ea64 c0000201"}) {
        const auto decoded = decode_update(body("", alone, ""), two_octets());
        ASSERT_TRUE(decoded.has_value()) << alone;
        EXPECT_EQ(decoded->action, ErrorAction::AttributeDiscard) << alone;
        EXPECT_EQ(decoded->errors.size(), 1U) << alone;
        EXPECT_FALSE(end_of_rib(*decoded)) << alone;
    }
}

TEST(BgpUpdateFault, TheStrongestOfSeveralDecides) {
    const auto decoded = decode_update(body("", mandatory() + "40 06 01 00 c0 08 00", kNlri), {});
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->errors.size(), 2U);
    EXPECT_EQ(decoded->action, ErrorAction::TreatAsWithdraw);
}

TEST(BgpUpdateFault, ADiscardedAttributeLeavesTheRouteAsIfItHadNotBeenThere) {
    const auto decoded = decode_update(body("", mandatory() + "40 05 04 00000064", kNlri), {});
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->attributes, plain_route().attributes);
}

TEST(BgpUpdateFault, LengthsThatContradictEachOtherReset) {
    for (const auto* octets : {"", "00", "0000 00", "0001 0000", "0005 00 0000", "0000 0001"}) {
        const auto decoded = decode_update(hex(octets), {});
        ASSERT_FALSE(decoded.has_value()) << octets;
        EXPECT_EQ(decoded.error(), fault(1)) << octets;
    }
}

TEST(BgpUpdateFault, APrefixThatCannotBeReadResets) {
    EXPECT_EQ(decode_update(body("", mandatory(), "21 ac106480 00"), {}).error(), fault(10));
    EXPECT_EQ(decode_update(body("", mandatory(), "1a ac1064"), {}).error(), fault(10));
    EXPECT_EQ(decode_update(body("21 ac106480 00", "", ""), {}).error(), fault(10));
}

TEST(BgpUpdateFault, FromInsideTheAsLocalPrefIsMandatory) {
    UpdateContext internal;
    internal.internal = true;
    const auto without = decode_update(body("", mandatory(), kNlri), internal);
    EXPECT_EQ(without->action, ErrorAction::TreatAsWithdraw);
    const auto with = decode_update(body("", mandatory() + "40 05 04 00000064", kNlri), internal);
    EXPECT_EQ(with->action, ErrorAction::None);
    EXPECT_EQ(with->attributes.local_pref, 100U);
}

TEST(BgpUpdate, ThatDoesNotFitItsLimitIsNotWritten) {
    Update update = plain_route();
    update.attributes.unknown = {{0xC0, 99, Bytes(5000)}};
    EXPECT_FALSE(encode_update(update, {}, kMaxMessage).has_value());
}

}  // namespace
}  // namespace routeproof::bgp
