#include "agent/peering/wire/header.hpp"

#include "agent/peering/wire/route_refresh.hpp"
#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

Bytes header(std::string_view length_and_type) {
    Bytes octets(16, 0xFF);
    const Bytes rest = hex(length_and_type);
    octets.insert(octets.end(), rest.begin(), rest.end());
    return octets;
}

TEST(BgpHeader, ReadsLengthAndType) {
    const auto decoded = decode_header(header("1000 02"));
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(*decoded, (Header{4096, MessageType::Update}));
}

TEST(BgpHeader, RefusesAMarkerThatIsNotAllOnes) {
    Bytes octets = header("0013 04");
    octets[7] = 0xFE;
    EXPECT_EQ(decode_header(octets).error(), Notification(ErrorCode::MessageHeader, 1));
}

TEST(BgpHeader, RefusesATypeNobodyKnowsAndQuotesIt) {
    EXPECT_EQ(decode_header(header("0017 06")).error(),
              Notification(ErrorCode::MessageHeader, 3, {6}));
}

struct LengthCase {
    const char* name;
    const char* octets;
    bool fine;
};

class BgpHeaderLength : public testing::TestWithParam<LengthCase> {};

// RFC 4271 6.1: each type has its least length; KEEPALIVE has just one.
INSTANTIATE_TEST_SUITE_P(All,
                         BgpHeaderLength,
                         testing::Values(LengthCase{"ShorterThanAHeader", "0012 04", false},
                                         LengthCase{"Keepalive", "0013 04", true},
                                         LengthCase{"KeepaliveWithBody", "0014 04", false},
                                         LengthCase{"OpenOf28", "001c 01", false},
                                         LengthCase{"OpenOf29", "001d 01", true},
                                         LengthCase{"UpdateOf22", "0016 02", false},
                                         LengthCase{"UpdateOf23", "0017 02", true},
                                         LengthCase{"NotificationOf20", "0014 03", false},
                                         LengthCase{"NotificationOf21", "0015 03", true},
                                         LengthCase{"RouteRefreshOf22", "0016 05", false},
                                         LengthCase{"RouteRefreshOf23", "0017 05", true},
                                         LengthCase{"Longest", "1000 02", true},
                                         LengthCase{"Longer", "1001 02", false}),
                         [](const auto& row) { return row.param.name; });

TEST_P(BgpHeaderLength, IsCheckedPerType) {
    const Bytes octets = header(GetParam().octets);
    const auto decoded = decode_header(octets);
    EXPECT_EQ(decoded.has_value(), GetParam().fine);
    if (!GetParam().fine) {
        EXPECT_EQ(decoded.error(),
                  Notification(ErrorCode::MessageHeader, 2, {octets[16], octets[17]}));
    }
}

TEST(BgpHeader, EncodesAKeepalive) {
    EXPECT_EQ(encode_message(MessageType::Keepalive), header("0013 04"));
}

TEST(BgpRouteRefresh, IsReadAndWritten) {
    const Bytes body = hex("0002 00 01");
    const auto decoded = decode_route_refresh(body);
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(*decoded, (RouteRefresh{kIpv6Unicast, RefreshSubtype::Request}));
    EXPECT_EQ(encode_body(*decoded), body);
}

TEST(BgpRouteRefresh, OfAnotherLengthIsAnsweredWithTheWholeMessage) {
    const Bytes body = hex("0001 00 01 ff");
    EXPECT_EQ(
        decode_route_refresh(body).error(),
        Notification(ErrorCode::RouteRefresh, 1, encode_message(MessageType::RouteRefresh, body)));
}

// RFC 7313 5: whoever invents one may also give it more to say.
TEST(BgpRouteRefresh, OfAnUnknownSubtypeMayHaveAnyLength) {
    const auto decoded = decode_route_refresh(hex("0001 03 01 ff"));
    ASSERT_TRUE(decoded.has_value()) << decoded.error();
    EXPECT_EQ(*decoded, (RouteRefresh{kIpv4Unicast, static_cast<RefreshSubtype>(3)}));
    EXPECT_FALSE(decode_route_refresh(hex("0001 02 01 ff")).has_value()) << "the last known one";
}

}  // namespace
}  // namespace routeproof::bgp
