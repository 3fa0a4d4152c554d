#include "agent/peering/negotiation.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

using std::chrono::seconds;

const LocalOpen kLocal{net::Asn(4200000100), net::RouterId(0x0A6400FE), seconds(9), {kIpv4Unicast}};

OpenMessage leaf() {
    return make_open({net::Asn(65000), net::RouterId(0x0A6400FD), seconds(90), {kIpv4Unicast}});
}

TEST(BgpOpenToSend, CarriesAsTransOnlyIfTheNumberDoesNotFit) {
    EXPECT_EQ(make_open(kLocal).my_as, net::kAsTrans);
    EXPECT_EQ(make_open(kLocal).asn(), net::Asn(4200000100));
    EXPECT_EQ(leaf().my_as, net::Asn(65000));
}

TEST(BgpNegotiation, TakesTheLowerHoldTimeAndWhatBothOffer) {
    const auto agreed = negotiate(kLocal, net::Asn(65000), leaf());
    ASSERT_TRUE(agreed.has_value()) << agreed.error();
    Negotiated expected;
    expected.peer_as = net::Asn(65000);
    expected.peer_id = net::RouterId(0x0A6400FD);
    expected.hold_time = seconds(9);
    expected.keepalive = seconds(3);
    expected.four_octet_as = true;
    expected.route_refresh = true;
    expected.families = {kIpv4Unicast};
    EXPECT_EQ(*agreed, expected);
}

TEST(BgpNegotiation, AHoldTimeOfZeroFromEitherSideDisablesTheTimers) {
    OpenMessage open = leaf();
    open.hold_time = 0;
    EXPECT_EQ(negotiate(kLocal, net::Asn(65000), open)->hold_time, seconds(0));
    EXPECT_EQ(negotiate(kLocal, net::Asn(65000), open)->keepalive, seconds(0));
}

TEST(BgpNegotiation, APeerWithoutMultiprotocolMeansIpv4Unicast) {
    OpenMessage open = leaf();
    open.capabilities.clear();
    const auto agreed = negotiate(kLocal, net::Asn(65000), open);
    ASSERT_TRUE(agreed.has_value());
    EXPECT_EQ(agreed->families, std::vector{kIpv4Unicast});
    EXPECT_FALSE(agreed->four_octet_as);
}

struct Refusal {
    const char* name;
    void (*spoil)(OpenMessage&);
    Notification answer;
};

class BgpNegotiationRefusal : public testing::TestWithParam<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    All,
    BgpNegotiationRefusal,
    testing::Values(Refusal{"OtherAs",
                            [](OpenMessage& open) {
                                open.capabilities.back() = capability::FourOctetAs{net::Asn(65001)};
                            },
                            Notification(ErrorCode::Open, 2)},
                    Refusal{"AsZero",
                            [](OpenMessage& open) {
                                open.capabilities.clear();
                                open.my_as = net::Asn(0);
                            },
                            Notification(ErrorCode::Open, 2)},
                    Refusal{"IdentifierZero",
                            [](OpenMessage& open) { open.bgp_identifier = net::RouterId(0); },
                            Notification(ErrorCode::Open, 3)},
                    Refusal{"HoldTimeOne",
                            [](OpenMessage& open) { open.hold_time = 1; },
                            Notification(ErrorCode::Open, 6)},
                    Refusal{"HoldTimeTwo",
                            [](OpenMessage& open) { open.hold_time = 2; },
                            Notification(ErrorCode::Open, 6)},
                    Refusal{"NoCommonFamily",
                            [](OpenMessage& open) {
                                open.capabilities.front() = capability::Multiprotocol{kIpv6Unicast};
                            },
                            Notification(ErrorCode::Open, 7, {1, 4, 0, 1, 0, 1})}),
    [](const auto& row) { return row.param.name; });

TEST_P(BgpNegotiationRefusal, SaysWhy) {
    OpenMessage open = leaf();
    GetParam().spoil(open);
    const auto agreed = negotiate(kLocal, net::Asn(65000), open);
    ASSERT_FALSE(agreed.has_value());
    EXPECT_EQ(agreed.error(), GetParam().answer);
}

TEST(BgpNegotiation, EqualIdentifiersAreFineBetweenTwoAsAndNotWithinOne) {
    OpenMessage open = leaf();
    open.bgp_identifier = kLocal.router_id;
    EXPECT_TRUE(negotiate(kLocal, net::Asn(65000), open).has_value());
    LocalOpen same_as = kLocal;
    same_as.asn = net::Asn(65000);
    EXPECT_EQ(negotiate(same_as, net::Asn(65000), open).error(), Notification(ErrorCode::Open, 3));
}

}  // namespace
}  // namespace routeproof::bgp
