// States and what moves them: RFC 5880 6.8.1, 6.8.4, 6.8.6, 6.8.16.
#include "agent/peering/bfd/session.hpp"

#include "tests/unit/agent/peering/bfd/allocations.hpp"
#include "tests/unit/agent/peering/bfd/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bfd {
namespace {

using namespace test;

Session session_in(State state) {
    Session session(kOurs, {}, 7);
    bring_to(session, state);
    return session;
}

struct Row {
    State ours, received, next;
    Diagnostic diagnostic;
};

class BfdStates : public testing::TestWithParam<Row> {};

TEST_P(BfdStates, StateTimesReceivedState) {
    const auto& [ours, received, next, diagnostic] = GetParam();
    Session session = session_in(ours);
    ASSERT_EQ(session.state(), ours);
    ControlPacket packet = from_peer(received);
    packet.your_discriminator = kOurs;
    session.receive(packet, kStart + 1ms);
    EXPECT_EQ(session.state(), next);
    EXPECT_EQ(session.view().diagnostic, diagnostic);
    EXPECT_EQ(session.view().remote_state, received);
}

constexpr auto kNone = Diagnostic::None;
constexpr auto kSignaled = Diagnostic::NeighborSignaledSessionDown;
constexpr auto kByAdmin = Diagnostic::AdministrativelyDown;

// clang-format off
INSTANTIATE_TEST_SUITE_P(Rfc5880Section686, BfdStates, testing::Values(
    Row{State::Down,      State::AdminDown, State::Down,      kNone},
    Row{State::Down,      State::Down,      State::Init,      kNone},
    Row{State::Down,      State::Init,      State::Up,        kNone},
    Row{State::Down,      State::Up,        State::Down,      kNone},
    Row{State::Init,      State::AdminDown, State::Down,      kSignaled},
    Row{State::Init,      State::Down,      State::Init,      kNone},
    Row{State::Init,      State::Init,      State::Up,        kNone},
    Row{State::Init,      State::Up,        State::Up,        kNone},
    Row{State::Up,        State::AdminDown, State::Down,      kSignaled},
    Row{State::Up,        State::Down,      State::Down,      kSignaled},
    Row{State::Up,        State::Init,      State::Up,        kNone},
    Row{State::Up,        State::Up,        State::Up,        kNone},
    Row{State::AdminDown, State::AdminDown, State::AdminDown, kByAdmin},
    Row{State::AdminDown, State::Down,      State::AdminDown, kByAdmin},
    Row{State::AdminDown, State::Init,      State::AdminDown, kByAdmin},
    Row{State::AdminDown, State::Up,        State::AdminDown, kByAdmin}));
// clang-format on

TEST(BfdSession, StartsDownAndSaysSoWithTheControlPlaneIndependentBitAndNoEcho) {
    Session session(kOurs, {100ms, 3}, 7);
    ControlPacket expected;
    expected.state = State::Down;
    expected.control_plane_independent = true;
    expected.detect_mult = 3;
    expected.my_discriminator = kOurs;
    expected.desired_min_tx = 1s;
    expected.required_min_rx = 100ms;
    EXPECT_EQ(session.start(kStart), (Session::Output{expected, std::nullopt}));
}

TEST(BfdSession, AChangeOfStateIsSentAtOnce) {
    Session session = session_in(State::Down);
    const auto output = session.receive(from_peer(State::Down), kStart + 10ms);
    ASSERT_TRUE(output.send);
    EXPECT_EQ(output.send->state, State::Init);
    EXPECT_EQ(output.send->your_discriminator, kTheirs);
    EXPECT_FALSE(session.receive(from_peer(State::Down), kStart + 20ms).send) << "nothing new";
}

TEST(BfdSession, SilenceForADetectionTimeEndsInitAndUp) {
    for (const State state : {State::Init, State::Up}) {
        Session session = session_in(state);
        const Time deadline = kStart + session.view().detection_time;
        for (Time now = session.next_deadline(); now < deadline; now = session.next_deadline()) {
            session.expire(now);
            ASSERT_EQ(session.state(), state);
        }
        EXPECT_EQ(session.next_deadline(), deadline);
        const auto output = session.expire(deadline);
        EXPECT_EQ(session.state(), State::Down);
        ASSERT_TRUE(output.send);
        EXPECT_EQ(output.send->state, State::Down);
        EXPECT_EQ(output.send->diagnostic, Diagnostic::ControlDetectionTimeExpired);
        EXPECT_EQ(output.send->your_discriminator, 0U);
        EXPECT_FALSE(output.send->poll) << "nobody is there to answer";
    }
}

TEST(BfdSession, ThePeersDiscriminatorIsKeptWhenItSignalsDownAndClearedBySilenceOnly) {
    Session session = session_in(State::Up);
    ControlPacket down = from_peer(State::Down);
    down.your_discriminator = kOurs;
    ASSERT_TRUE(session.receive(down, kStart + 1ms).send);
    ASSERT_EQ(session.state(), State::Down);
    EXPECT_EQ(session.view().remote_discriminator, kTheirs);

    const Time silent = kStart + 1ms + session.view().detection_time;
    EXPECT_EQ(session.view().detection_time, microseconds(3s));
    session.expire(silent - 1us);
    EXPECT_EQ(session.view().remote_discriminator, kTheirs);
    const auto output = session.expire(silent);
    EXPECT_EQ(session.view().remote_discriminator, 0U);
    EXPECT_EQ(session.state(), State::Down);
    EXPECT_EQ(session.view().diagnostic, kSignaled) << "the reason of the last change stays";
    ASSERT_TRUE(output.send);
    EXPECT_EQ(output.send->your_discriminator, 0U);
}

TEST(BfdSession, APeerThatStartsAgainTakesUsDownAndItsNewDiscriminatorCounts) {
    Session session = session_in(State::Up);
    ControlPacket reborn = from_peer(State::Down);
    reborn.my_discriminator = 99;
    const auto output = session.receive(reborn, kStart + 1ms);
    EXPECT_EQ(session.state(), State::Down);
    ASSERT_TRUE(output.send);
    EXPECT_EQ(output.send->your_discriminator, 99U);
    EXPECT_EQ(session.view().liveness, Liveness::Failed);
}

TEST(BfdSession, AnotherDiscriminatorThanOursIsNotForThisSession) {
    Session session = session_in(State::Up);
    const auto before = session.view();
    ControlPacket stray = from_peer(State::Down);
    stray.your_discriminator = kOurs + 1;
    EXPECT_EQ(session.receive(stray, kStart + 1ms),
              (Session::Output{std::nullopt, Discard::NoSession}));
    EXPECT_EQ(session.view(), before);
}

TEST(BfdSession, APacketWithAuthenticationIsRefusedAndDoesNotCountAsReceived) {
    Session session = session_in(State::Up);
    const auto before = session.view();
    const auto deadline = kStart + before.detection_time;
    ControlPacket packet = from_peer(State::Down);
    packet.authentication_present = true;
    EXPECT_EQ(session.receive(packet, kStart + 1ms),
              (Session::Output{std::nullopt, Discard::Authentication}));
    EXPECT_EQ(session.view(), before);
    session.expire(deadline);
    EXPECT_EQ(session.state(), State::Down);
}

TEST(BfdSession, AdminDownIsSaidAtOnceAndGoesOnBeingSaidSlowly) {
    Session session = session_in(State::Up);
    const auto output = session.admin_down(kStart + 5ms);
    ASSERT_TRUE(output.send);
    EXPECT_EQ(output.send->state, State::AdminDown);
    EXPECT_EQ(output.send->diagnostic, kByAdmin);
    EXPECT_EQ(output.send->desired_min_tx, microseconds(1s));
    EXPECT_FALSE(session.peer_knows_admin_down());
    session.expire(kStart + 900ms);  // the peer's silence no longer matters
    EXPECT_EQ(session.state(), State::AdminDown);
    ASSERT_TRUE(session.expire(kStart + 2s).send);
}

TEST(BfdSession, InAdminDownPacketsAreDiscardedButTellWhetherThePeerKnows) {
    Session session = session_in(State::Up);
    session.admin_down(kStart);
    EXPECT_EQ(session.receive(with_poll(from_peer(State::Up)), kStart + 1ms),
              (Session::Output{std::nullopt, Discard::SessionAdminDown}));
    EXPECT_FALSE(session.peer_knows_admin_down());
    session.receive(from_peer(State::Down), kStart + 2ms);
    EXPECT_TRUE(session.peer_knows_admin_down());
}

TEST(BfdSession, InAdminDownAPeerThatGoesOnSendingIsStillToBeToldHoweverLongItTakes) {
    Session session = session_in(State::Up);
    session.admin_down(kStart);
    const auto detection = session.view().detection_time;
    Time now = kStart;
    for (const Time end = kStart + 10 * detection; now < end; now += detection / 2) {
        session.receive(from_peer(State::Up), now);
        session.expire(now);
        ASSERT_FALSE(session.peer_knows_admin_down());
    }
    session.expire(now + detection);
    EXPECT_TRUE(session.peer_knows_admin_down()) << "nobody is there any more";
}

TEST(BfdSession, AdminUpBeginsAgainFromDown) {
    Session session = session_in(State::AdminDown);
    const auto output = session.admin_up(kStart + 1ms);
    EXPECT_EQ(session.state(), State::Down);
    ASSERT_TRUE(output.send);
    EXPECT_EQ(output.send->state, State::Down);
    EXPECT_EQ(output.send->diagnostic, kNone);
    EXPECT_FALSE(session.admin_up(kStart + 2ms).send) << "nothing to take up";
}

TEST(BfdSession, ADiagnosticIsToldUntilTheSessionIsUpAgain) {
    Session session = session_in(State::Up);
    session.expire(kStart + 1h);
    session.receive(from_peer(State::Down), kStart + 1h);
    EXPECT_EQ(session.state(), State::Init);
    EXPECT_EQ(session.view().diagnostic, Diagnostic::ControlDetectionTimeExpired);
    session.receive(from_peer(State::Up), kStart + 1h);
    EXPECT_EQ(session.view().diagnostic, kNone);
    EXPECT_EQ(session.view().ups, 2U);
}

TEST(BfdSession, LivenessTellsAFailedPathFromASessionTakenDownOnPurpose) {
    EXPECT_EQ(session_in(State::Down).view().liveness, Liveness::NeverUp);
    EXPECT_EQ(session_in(State::Init).view().liveness, Liveness::NeverUp);

    Session silent = session_in(State::Up);
    EXPECT_EQ(silent.view().liveness, Liveness::Up);
    silent.expire(kStart + 1h);
    EXPECT_EQ(silent.view().liveness, Liveness::Failed);

    Session told = session_in(State::Up);
    told.receive(from_peer(State::AdminDown), kStart);
    EXPECT_EQ(told.view().liveness, Liveness::AdminDown);
    told.receive(from_peer(State::Down), kStart);
    EXPECT_EQ(told.state(), State::Init);
    EXPECT_EQ(told.view().liveness, Liveness::AdminDown) << "coming back is no failure";

    Session ours = session_in(State::Up);
    ours.admin_down(kStart);
    EXPECT_EQ(ours.view().liveness, Liveness::AdminDown);
}

TEST(BfdSession, ThePeersControlPlaneIndependentBitAndDemandAreReported) {
    Session session = session_in(State::Up);
    EXPECT_FALSE(session.view().remote_control_plane_independent);
    ControlPacket packet = from_peer(State::Up);
    packet.control_plane_independent = packet.demand = true;
    session.receive(packet, kStart);
    EXPECT_TRUE(session.view().remote_control_plane_independent);
    EXPECT_TRUE(session.view().remote_demand);
}

TEST(BfdSession, ThePacketPathAllocatesNothing) {
    Session session = session_in(State::Down);
    const PacketOctets down = encode(from_peer(State::Down));
    const PacketOctets up = encode(with_poll(from_peer(State::Up)));
    const long before = test::allocations();
    Time now = kStart;
    for (int i = 0; i < 100; ++i) {
        session.receive(*decode(down), now);
        session.receive(*decode(up), now);
        now = session.next_deadline();
        if (const auto output = session.expire(now); output.send) {
            encode(*output.send);
        }
    }
    EXPECT_EQ(test::allocations(), before);
}

}  // namespace
}  // namespace routeproof::bfd
