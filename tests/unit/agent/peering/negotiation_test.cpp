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
    expected.enhanced_route_refresh = true;
    expected.max_message = 65535;
    expected.max_received = 65535;
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
    EXPECT_EQ(agreed->max_message, 4096U);    // it never said that it takes more
    EXPECT_EQ(agreed->max_received, 65535U);  // we did (RFC 8654: each way by itself)
}

template <class T>
void replace(OpenMessage& open, T wanted) {
    for (auto& capability : open.capabilities) {
        if (std::holds_alternative<T>(capability)) {
            capability = wanted;
        }
    }
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
                                replace(open, capability::FourOctetAs{net::Asn(65001)});
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

TEST(BgpOpenToSend, OffersWhatIsConfiguredAndNoMore) {
    const OpenMessage plain = leaf();
    EXPECT_EQ(plain.capabilities,
              (std::vector<Capability>{capability::Multiprotocol{kIpv4Unicast},
                                       capability::RouteRefresh{},
                                       capability::ExtendedMessage{},
                                       capability::FourOctetAs{net::Asn(65000)},
                                       capability::EnhancedRouteRefresh{}}));
    LocalOpen all = kLocal;
    all.extended_next_hop = {kIpv4Unicast};
    all.add_path_receive = {kIpv4Unicast};
    all.role = Role::Customer;
    all.graceful_restart = LocalOpen::Restart{seconds(20), true, true};
    EXPECT_EQ(make_open(all).capabilities,
              (std::vector<Capability>{
                  capability::Multiprotocol{kIpv4Unicast},
                  capability::RouteRefresh{},
                  capability::ExtendedNextHop{{{kIpv4Unicast, Afi::IPv6}}},
                  capability::ExtendedMessage{},
                  capability::Role{Role::Customer},
                  capability::GracefulRestart{true, true, 20, {{kIpv4Unicast, true}}},
                  capability::FourOctetAs{net::Asn(4200000100)},
                  capability::AddPath{{{kIpv4Unicast, capability::AddPath::Mode::Receive}}},
                  capability::EnhancedRouteRefresh{}}));
    all.capabilities = false;
    EXPECT_TRUE(make_open(all).capabilities.empty());
}

TEST(BgpNegotiation, FamiliesAreWhatBothOfferInOurOrder) {
    LocalOpen both = kLocal;
    both.families = {kIpv6Unicast, kIpv4Unicast};
    OpenMessage open = leaf();
    EXPECT_EQ(negotiate(both, net::Asn(65000), open)->families, std::vector{kIpv4Unicast});
    open.capabilities.emplace_back(capability::Multiprotocol{kIpv6Unicast});
    EXPECT_EQ(negotiate(both, net::Asn(65000), open)->families,
              (std::vector{kIpv6Unicast, kIpv4Unicast}));
}

TEST(BgpNegotiation, PathIdentifiersComeOnlyIfThePeerSendsAndWeReceive) {
    using Mode = capability::AddPath::Mode;
    LocalOpen local = kLocal;
    local.add_path_receive = {kIpv4Unicast};
    OpenMessage open = leaf();
    EXPECT_TRUE(negotiate(local, net::Asn(65000), open)->add_path.empty());
    open.capabilities.emplace_back(capability::AddPath{{{kIpv4Unicast, Mode::Receive}}});
    EXPECT_TRUE(negotiate(local, net::Asn(65000), open)->add_path.empty());
    open.capabilities.back() = capability::AddPath{{{kIpv4Unicast, Mode::Both}}};
    EXPECT_EQ(negotiate(local, net::Asn(65000), open)->add_path, std::vector{kIpv4Unicast});
    EXPECT_TRUE(negotiate(kLocal, net::Asn(65000), open)->add_path.empty());
}

TEST(BgpNegotiation, NextHopsOfTheOtherFamilyNeedBothSides) {
    LocalOpen local = kLocal;
    OpenMessage open = leaf();
    open.capabilities.emplace_back(capability::ExtendedNextHop{{{kIpv4Unicast, Afi::IPv6}}});
    EXPECT_TRUE(negotiate(local, net::Asn(65000), open)->extended_next_hop.empty());
    local.extended_next_hop = {kIpv4Unicast, kIpv6Unicast};
    EXPECT_EQ(negotiate(local, net::Asn(65000), open)->extended_next_hop,
              std::vector{kIpv4Unicast});
}

TEST(BgpNegotiation, GracefulRestartNeedsBothSidesAndTheLastWordCounts) {
    OpenMessage open = leaf();
    const capability::GracefulRestart first{false, false, 10, {}};
    const capability::GracefulRestart last{true, true, 120, {{kIpv4Unicast, true}}};
    open.capabilities.emplace_back(first);
    open.capabilities.emplace_back(last);
    EXPECT_FALSE(negotiate(kLocal, net::Asn(65000), open)->graceful_restart);
    LocalOpen local = kLocal;
    local.graceful_restart.emplace();
    const auto agreed = negotiate(local, net::Asn(65000), open);
    EXPECT_EQ(agreed->graceful_restart, last);
    EXPECT_TRUE(agreed->notification_restart);
    open.capabilities.pop_back();
    EXPECT_FALSE(negotiate(local, net::Asn(65000), open)->notification_restart);
}

// RFC 9234 4.2.
TEST(BgpNegotiation, RolesFitOnlyTheirCounterparts) {
    constexpr Role kRoles[] = {
        Role::Provider, Role::RouteServer, Role::RouteServerClient, Role::Customer, Role::Peer};
    const std::pair<Role, Role> fitting[] = {{Role::Provider, Role::Customer},
                                             {Role::Customer, Role::Provider},
                                             {Role::RouteServer, Role::RouteServerClient},
                                             {Role::RouteServerClient, Role::RouteServer},
                                             {Role::Peer, Role::Peer}};
    for (const Role ours : kRoles) {
        for (const Role theirs : kRoles) {
            LocalOpen local = kLocal;
            local.role = ours;
            OpenMessage open = leaf();
            open.capabilities.emplace_back(capability::Role{theirs});
            const bool fits =
                std::find(std::begin(fitting), std::end(fitting), std::pair(ours, theirs)) !=
                std::end(fitting);
            const auto agreed = negotiate(local, net::Asn(65000), open);
            EXPECT_EQ(agreed.has_value(), fits) << int(ours) << " " << int(theirs);
            if (!agreed) {
                EXPECT_EQ(agreed.error(), Notification(ErrorCode::Open, open_error::kRoleMismatch));
            }
        }
    }
}

TEST(BgpNegotiation, OneRoleTwiceIsOneAndTwoDifferentOnesAreAMismatch) {
    LocalOpen local = kLocal;
    local.role = Role::Customer;
    OpenMessage open = leaf();
    open.capabilities.emplace_back(capability::Role{Role::Provider});
    open.capabilities.emplace_back(capability::Role{Role::Provider});
    EXPECT_TRUE(negotiate(local, net::Asn(65000), open).has_value());
    open.capabilities.emplace_back(capability::Role{Role::Peer});
    EXPECT_EQ(negotiate(local, net::Asn(65000), open).error(),
              Notification(ErrorCode::Open, open_error::kRoleMismatch));
    local.role.reset();  // RFC 9234 4.2 asks for that of whoever reads them
    EXPECT_EQ(negotiate(local, net::Asn(65000), open).error(),
              Notification(ErrorCode::Open, open_error::kRoleMismatch));
    open.capabilities.pop_back();
    EXPECT_TRUE(negotiate(local, net::Asn(65000), open).has_value());
}

TEST(BgpNegotiation, APeerWithoutARoleIsRefusedInStrictModeOnly) {
    LocalOpen local = kLocal;
    local.role = Role::Customer;
    const auto lenient = negotiate(local, net::Asn(65000), leaf());
    ASSERT_TRUE(lenient.has_value());
    EXPECT_EQ(lenient->role, Role::Customer);
    local.role_strict = true;
    EXPECT_EQ(negotiate(local, net::Asn(65000), leaf()).error(),
              Notification(ErrorCode::Open, open_error::kRoleMismatch));
}

TEST(BgpNegotiation, AnyExternalAsIsAnyButOursAndTheReservedOnes) {
    OpenMessage open = leaf();
    EXPECT_EQ(negotiate(kLocal, std::nullopt, open)->peer_as, net::Asn(65000));
    for (const net::Asn wrong : {kLocal.asn, net::Asn(0), net::kAsTrans}) {
        replace(open, capability::FourOctetAs{wrong});
        EXPECT_EQ(negotiate(kLocal, std::nullopt, open).error(), Notification(ErrorCode::Open, 2));
    }
}

TEST(BgpNegotiation, WithoutCapabilitiesNothingButIpv4UnicastIsAgreed) {
    LocalOpen plain = kLocal;
    plain.capabilities = false;
    plain.families = {kIpv6Unicast, kIpv4Unicast};
    const auto agreed = negotiate(plain, net::Asn(65000), leaf());
    ASSERT_TRUE(agreed.has_value());
    EXPECT_EQ(agreed->families, std::vector{kIpv4Unicast});
    EXPECT_FALSE(agreed->four_octet_as);
    EXPECT_EQ(agreed->max_received, 4096U);
}

TEST(BgpOpenToSend, ADifferenceIsNamed) {
    LocalOpen changed = kLocal;
    EXPECT_EQ(difference(kLocal, changed), "");
    changed.hold_time = seconds(30);
    changed.families = {kIpv6Unicast};
    EXPECT_EQ(difference(kLocal, changed), "hold time, families");
}

}  // namespace
}  // namespace routeproof::bgp
