#include "agent/peering/bfd/control_packet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace routeproof::bfd {
namespace {

using Octets = std::vector<std::uint8_t>;

// An Up packet as FRR sends it: mult 3, discriminators 0x11223344/0xAABBCCDD, 300 ms, no echo.
const Octets kUp{0x20, 0xC8, 0x03, 0x18, 0x11, 0x22, 0x33, 0x44, 0xAA, 0xBB, 0xCC, 0xDD,
                 0x00, 0x04, 0x93, 0xE0, 0x00, 0x04, 0x93, 0xE0, 0x00, 0x00, 0x00, 0x00};

ControlPacket up() {
    ControlPacket packet;
    packet.state = State::Up;
    packet.control_plane_independent = true;
    packet.detect_mult = 3;
    packet.my_discriminator = 0x11223344;
    packet.your_discriminator = 0xAABBCCDD;
    packet.desired_min_tx = microseconds(300000);
    packet.required_min_rx = microseconds(300000);
    return packet;
}

Octets octets(const ControlPacket& packet) {
    const PacketOctets encoded = encode(packet);
    return {encoded.begin(), encoded.end()};
}

TEST(BfdControlPacket, OneRowServesBothWays) {
    EXPECT_EQ(octets(up()), kUp);
    ASSERT_TRUE(decode(kUp));
    EXPECT_EQ(*decode(kUp), up());
}

TEST(BfdControlPacket, EveryDiagnosticStateAndFlagSurvivesTheWay) {
    for (unsigned diagnostic = 0; diagnostic < 32; ++diagnostic) {
        for (unsigned state = 0; state < 4; ++state) {
            for (unsigned flags = 0; flags < 16; ++flags) {
                ControlPacket packet = up();
                packet.diagnostic = static_cast<Diagnostic>(diagnostic);
                packet.state = static_cast<State>(state);
                packet.poll = (flags & 1) != 0;
                packet.final = (flags & 2) != 0;
                packet.control_plane_independent = (flags & 4) != 0;
                packet.demand = (flags & 8) != 0;
                const auto back = decode(encode(packet));
                ASSERT_TRUE(back) << packet;
                ASSERT_EQ(*back, packet);
            }
        }
    }
}

TEST(BfdControlPacket, IntervalsBeyondTheFieldAreCut) {
    ControlPacket packet = up();
    packet.desired_min_tx = std::chrono::hours(2);
    EXPECT_EQ(decode(encode(packet))->desired_min_tx, microseconds(0xFFFFFFFF));
}

TEST(BfdControlPacket, OctetsAfterTheLengthAreIgnored) {
    Octets longer = kUp;
    longer.resize(60, 0xEE);
    ASSERT_TRUE(decode(longer));
    EXPECT_EQ(*decode(longer), up());
}

TEST(BfdControlPacket, DiagnosticsHaveTheRegistrysWords) {
    EXPECT_EQ(to_string(Diagnostic::ControlDetectionTimeExpired), "control detection time expired");
    EXPECT_EQ(to_string(Diagnostic::MisConnectivityDefect), "mis-connectivity defect");
    EXPECT_EQ(to_string(static_cast<Diagnostic>(31)), "unassigned");
}

struct Bad {
    const char* name;
    std::function<void(Octets&)> spoil;
    Discard reason;
};

class BfdDiscard : public testing::TestWithParam<Bad> {};

TEST_P(BfdDiscard, NamesTheRuleThatWasBroken) {
    Octets packet = kUp;
    GetParam().spoil(packet);
    const auto decoded = decode(packet);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error(), GetParam().reason);
}

void authenticate(Octets& packet, std::uint8_t length, Octets section) {
    packet[1] |= 0x04;
    packet[3] = length;
    packet.insert(packet.end(), section.begin(), section.end());
}

INSTANTIATE_TEST_SUITE_P(
    Rfc5880Section686,
    BfdDiscard,
    testing::Values(
        Bad{"Empty", [](Octets& p) { p.clear(); }, Discard::TooShort},
        Bad{"OneOctetMissing", [](Octets& p) { p.pop_back(); }, Discard::TooShort},
        Bad{"Version0", [](Octets& p) { p[0] = 0x00; }, Discard::Version},
        Bad{"Version2", [](Octets& p) { p[0] = 0x40; }, Discard::Version},
        Bad{"Length23", [](Octets& p) { p[3] = 23; }, Discard::LengthTooSmall},
        Bad{"Length25WithAuthentication",
            [](Octets& p) {
                authenticate(p, 25, {1, 1});
            },
            Discard::LengthTooSmall},
        Bad{"LengthBeyondPayload", [](Octets& p) { p[3] = 25; }, Discard::LengthBeyondPayload},
        Bad{"DetectMult0", [](Octets& p) { p[2] = 0; }, Discard::DetectMultZero},
        Bad{"Multipoint", [](Octets& p) { p[1] |= 0x01; }, Discard::Multipoint},
        Bad{"MyDiscriminator0",
            [](Octets& p) { std::fill_n(p.begin() + 4, 4, std::uint8_t{0}); },
            Discard::MyDiscriminatorZero},
        Bad{"YourDiscriminator0AndUp",
            [](Octets& p) { std::fill_n(p.begin() + 8, 4, std::uint8_t{0}); },
            Discard::YourDiscriminatorZero},
        Bad{"YourDiscriminator0AndInit",
            [](Octets& p) {
                std::fill_n(p.begin() + 8, 4, std::uint8_t{0});
                p[1] = 0x80;
            },
            Discard::YourDiscriminatorZero},
        Bad{"AuthLen1",
            [](Octets& p) {
                authenticate(p, 26, {1, 1});
            },
            Discard::AuthenticationLength},
        Bad{"AuthLenBeyondLength",
            [](Octets& p) {
                authenticate(p, 28, {1, 5, 1, 'x'});
            },
            Discard::AuthenticationLength}),
    [](const testing::TestParamInfo<Bad>& row) { return row.param.name; });

TEST(BfdControlPacket, YourDiscriminatorZeroIsFineWhenThePacketsStateIsDownOrAdminDown) {
    for (const State state : {State::Down, State::AdminDown}) {
        ControlPacket packet = up();
        packet.your_discriminator = 0;
        packet.state = state;
        EXPECT_TRUE(decode(encode(packet))) << state;
    }
}

TEST(BfdControlPacket, AWellFormedAuthenticationSectionIsLeftToTheSessionToRefuse) {
    Octets packet = kUp;
    authenticate(packet, 31, {1, 7, 1, 'p', 'a', 's', 's'});
    const auto decoded = decode(packet);
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(decoded->authentication_present);
}

}  // namespace
}  // namespace routeproof::bfd
