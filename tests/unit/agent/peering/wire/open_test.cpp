#include "agent/peering/wire/open.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

OpenMessage open_with(std::vector<Capability> capabilities) {
    OpenMessage open;
    open.my_as = net::kAsTrans;
    open.hold_time = 90;
    open.bgp_identifier = net::RouterId(0x0A6400FE);
    open.capabilities = std::move(capabilities);
    return open;
}

constexpr const char* kFixedPart = "04 5ba0 005a 0a6400fe";

TEST(BgpOpen, SurvivesTheWire) {
    const OpenMessage open = open_with({capability::Multiprotocol{kIpv4Unicast},
                                        capability::RouteRefresh{},
                                        capability::FourOctetAs{net::Asn(4200000100)},
                                        capability::Unknown{73, hex("04 686f7374")}});
    const Bytes body = hex(std::string(kFixedPart) +
                           "17 02 15 01 04 0001 00 01 02 00 41 04 fa56ea64 49 05 04686f7374");
    EXPECT_EQ(encode_body(open), body);
    const auto decoded = decode_open(body);
    ASSERT_TRUE(decoded.has_value()) << decoded.error();
    EXPECT_EQ(*decoded, open);
    EXPECT_EQ(decoded->asn(), net::Asn(4200000100));
}

struct CapabilityCase {
    const char* name;
    Capability value;
    const char* octets;
};

class BgpCapability : public testing::TestWithParam<CapabilityCase> {};

TEST_P(BgpCapability, SurvivesTheWire) {
    const Bytes octets = hex(GetParam().octets);
    Writer writer(0xFF);
    write_capability(writer, GetParam().value);
    ASSERT_TRUE(writer.ok());
    EXPECT_EQ(writer.take(), octets);
    Reader reader(octets);
    std::vector<Capability> decoded;
    read_capabilities(reader, decoded);
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(decoded, std::vector<Capability>{GetParam().value});
}

INSTANTIATE_TEST_SUITE_P(
    All,
    BgpCapability,
    testing::Values(
        CapabilityCase{"ExtendedNextHop",
                       capability::ExtendedNextHop{{{kIpv4Unicast, Afi::IPv6}}},
                       "05 06 0001 0001 0002"},
        CapabilityCase{"ExtendedMessage", capability::ExtendedMessage{}, "06 00"},
        CapabilityCase{"Role", capability::Role{Role::Customer}, "09 01 03"},
        CapabilityCase{"GracefulRestart",
                       capability::GracefulRestart{
                           true, true, 120, {{kIpv4Unicast, true}, {kIpv6Unicast, false}}},
                       "40 0a c078 0001 01 80 0002 01 00"},
        CapabilityCase{"GracefulRestartOfNoFamily",
                       capability::GracefulRestart{false, false, 4095, {}},
                       "40 02 0fff"},
        CapabilityCase{"AddPath",
                       capability::AddPath{{{kIpv6Unicast, capability::AddPath::Mode::Both}}},
                       "45 04 0002 01 03"},
        CapabilityCase{"EnhancedRouteRefresh", capability::EnhancedRouteRefresh{}, "46 00"}),
    [](const auto& one) { return one.param.name; });

// Cut to one octet, 257 would be unicast.
TEST(BgpOpen, ANextHopOfAFamilyThatCannotBeIsPassedOver) {
    const auto decoded =
        decode_open(hex(std::string(kFixedPart) + "10 02 0e 05 0c 0001 0101 0002 0001 0001 0002"));
    ASSERT_TRUE(decoded.has_value()) << decoded.error();
    const std::vector<Capability> expected{
        capability::ExtendedNextHop{{{kIpv4Unicast, Afi::IPv6}}}};
    EXPECT_EQ(decoded->capabilities, expected);
}

TEST(BgpOpen, WithoutTheCapabilityTheTwoOctetFieldIsTheAs) {
    EXPECT_EQ(open_with({}).asn(), net::kAsTrans);
}

TEST(BgpOpen, TakesCapabilitiesSplitOverManyParameters) {
    const auto decoded =
        decode_open(hex(std::string(kFixedPart) + "0c 02 02 02 00 02 06 01 04 0001 00 01"));
    ASSERT_TRUE(decoded.has_value()) << decoded.error();
    EXPECT_EQ(*decoded,
              open_with({capability::RouteRefresh{}, capability::Multiprotocol{kIpv4Unicast}}));
}

TEST(BgpOpen, WithMoreThan255OctetsOfParametersTakesTheExtendedForm) {
    std::vector<Capability> many(60, capability::FourOctetAs{net::Asn(65000)});
    const Bytes body = encode_body(open_with(many));
    EXPECT_EQ(Bytes(body.begin() + 9, body.begin() + 16), hex("ff ff 016b 02 0168"));
    const auto decoded = decode_open(body);
    ASSERT_TRUE(decoded.has_value()) << decoded.error();
    EXPECT_EQ(decoded->capabilities, many);
}

TEST(BgpOpen, KnowsTheExtendedFormByItsTypeWhateverTheLengthOctetSays) {
    const auto decoded = decode_open(hex(std::string(kFixedPart) + "01 ff 0005 02 0002 02 00"));
    ASSERT_TRUE(decoded.has_value()) << decoded.error();
    EXPECT_EQ(decoded->capabilities, std::vector<Capability>{capability::RouteRefresh{}});
}

struct BadOpen {
    const char* name;
    const char* parameters;  // behind the fixed part
    Notification answer;
};

class BgpBadOpen : public testing::TestWithParam<BadOpen> {};

const Notification kUnspecific{ErrorCode::Open, 0};

INSTANTIATE_TEST_SUITE_P(
    All,
    BgpBadOpen,
    testing::Values(
        BadOpen{"ParametersLongerThanTheMessage", "05 02 02 02 00", kUnspecific},
        BadOpen{"OctetsBehindTheParameters", "04 02 02 02 00 00", kUnspecific},
        BadOpen{"ParameterOverruns", "04 02 03 02 00", kUnspecific},
        BadOpen{"CapabilityOverrunsItsParameter", "04 02 02 41 04", kUnspecific},
        BadOpen{"FourOctetAsOfThreeOctets", "07 02 05 41 03 00fde8", kUnspecific},
        BadOpen{"LoneParameterType", "01 02", kUnspecific},
        BadOpen{"ExtendedLengthCutShort", "ff ff 00", kUnspecific},
        BadOpen{"ExtendedHeaderCutShort", "ff ff 0002 02 00", kUnspecific},
        BadOpen{"AuthenticationParameter", "03 01 01 00", Notification(ErrorCode::Open, 4, {1})}),
    [](const auto& row) { return row.param.name; });

TEST_P(BgpBadOpen, IsAnswered) {
    const auto decoded = decode_open(hex(std::string(kFixedPart) + GetParam().parameters));
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error(), GetParam().answer);
}

TEST(BgpOpen, OfAnotherVersionIsAnsweredWithOurs) {
    EXPECT_EQ(decode_open(hex("03 5ba0 005a 0a6400fe 00")).error(),
              Notification(ErrorCode::Open, 1, {0, 4}));
}

}  // namespace
}  // namespace routeproof::bgp
