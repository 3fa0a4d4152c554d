// Intervals, jitter, Poll Sequences and Demand mode: RFC 5880 6.5, 6.6, 6.8.2, 6.8.3, 6.8.7.
#include "agent/peering/bfd/session.hpp"
#include "tests/unit/agent/peering/bfd/support.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace routeproof::bfd {
namespace {

using namespace test;

Session up_session(Timing timing = {}) {
    Session session(kOurs, timing, 7);
    bring_to(session, State::Up);
    return session;
}

struct Gaps {
    Time::duration least = Time::duration::max();
    Time::duration most{0};
};

/// Lets the session send `count` packets while the peer keeps it as it is.
Gaps gaps_of(Session& session, const ControlPacket& peer, int count) {
    Gaps gaps;
    Time last = session.next_deadline();
    session.expire(last);
    for (int i = 0; i < count; ++i) {
        session.receive(peer, last);
        const Time now = session.next_deadline();
        session.expire(now);
        gaps.least = std::min(gaps.least, now - last);
        gaps.most = std::max(gaps.most, now - last);
        last = now;
    }
    return gaps;
}

TEST(BfdTiming, JitterIs75To100PercentOfTheInterval) {
    Session session = up_session();
    const Gaps gaps = gaps_of(session, from_peer(State::Up), 5000);
    EXPECT_GE(gaps.least, 225ms);
    EXPECT_LT(gaps.least, 230ms) << "the whole range is used";
    EXPECT_LE(gaps.most, 300ms);
    EXPECT_GT(gaps.most, 295ms);
}

TEST(BfdTiming, JitterIs75To90PercentWhenOneLostPacketEndsTheSession) {
    Session session = up_session({300ms, 1});
    const Gaps gaps = gaps_of(session, from_peer(State::Up), 5000);
    EXPECT_GE(gaps.least, 225ms);
    EXPECT_LE(gaps.most, 270ms);
    EXPECT_GT(gaps.most, 265ms);
}

TEST(BfdTiming, NotFasterThanASecondUntilUp) {
    for (const State state : {State::Down, State::Init, State::AdminDown}) {
        Session session(kOurs, {100ms, 3}, 7);
        bring_to(session, state);
        EXPECT_EQ(session.view().transmit_interval, microseconds(1s)) << state;
        EXPECT_GE(session.next_deadline(), kStart + 750ms) << state;
    }
}

TEST(BfdTiming, AnIntervalAboveASecondHoldsInEveryState) {
    Session session(kOurs, {2s, 3}, 7);
    bring_to(session, State::Down);
    EXPECT_EQ(session.view().transmit_interval, microseconds(2s));
    session.receive(from_peer(State::Down), kStart);
    const auto output = session.receive(from_peer(State::Up), kStart);
    ASSERT_TRUE(output.send);
    EXPECT_FALSE(output.send->poll) << "nothing changed that had to be agreed";
}

TEST(BfdTiming, ComingUpOffersTheFastIntervalInAPollSequenceThatEndsWithTheFinal) {
    Session session(kOurs, {}, 7);
    bring_to(session, State::Init);
    const auto output = session.receive(from_peer(State::Up), kStart);
    ASSERT_TRUE(output.send);
    EXPECT_TRUE(output.send->poll);
    EXPECT_EQ(output.send->desired_min_tx, microseconds(300ms));
    EXPECT_EQ(session.view().transmit_interval, microseconds(300ms)) << "faster counts at once";
    EXPECT_TRUE(session.expire(session.next_deadline()).send->poll) << "until it is answered";
    session.receive(with_final(from_peer(State::Up)), kStart + 400ms);
    EXPECT_FALSE(session.expire(session.next_deadline()).send->poll);
}

TEST(BfdTiming, WeSendAsSlowlyAsThePeerAsksAndNeverFasterThanWeOffer) {
    Session session = up_session();
    ControlPacket peer = from_peer(State::Up);
    peer.required_min_rx = 2s;
    session.receive(peer, kStart);
    EXPECT_EQ(session.view().transmit_interval, microseconds(2s));
    peer.required_min_rx = 10ms;
    session.receive(peer, kStart);
    EXPECT_EQ(session.view().transmit_interval, microseconds(300ms));
}

TEST(BfdTiming, APeerThatAllowsMoreIsServedAtOnce) {
    Session session = up_session();
    ControlPacket peer = from_peer(State::Up);
    peer.required_min_rx = 10s;
    peer.desired_min_tx = 10s;
    session.receive(peer, kStart);
    ASSERT_GT(session.next_deadline(), kStart + 5s);
    peer.required_min_rx = 300ms;
    session.receive(peer, kStart + 2s);
    EXPECT_LE(session.next_deadline(), kStart + 2s) << "the new interval has passed already";
}

TEST(BfdTiming, DetectionTimeIsThePeersMultiplierTimesTheSlowerOfItsOfferAndOurDemand) {
    Session session = up_session({300ms, 7});
    ControlPacket peer = from_peer(State::Up);
    peer.detect_mult = 4;
    peer.desired_min_tx = 100ms;
    session.receive(peer, kStart);
    EXPECT_EQ(session.view().detection_time, microseconds(1200ms));
    peer.desired_min_tx = 500ms;
    session.receive(peer, kStart);
    EXPECT_EQ(session.view().detection_time, microseconds(2000ms));
}

TEST(BfdTiming, ASlowerIntervalIsOfferedAtOnceButUsedOnlyAfterTheFinal) {
    Session session = up_session();
    const auto output = session.set_timing({600ms, 3}, kStart + 1ms);
    ASSERT_TRUE(output.send);
    EXPECT_TRUE(output.send->poll);
    EXPECT_EQ(output.send->desired_min_tx, microseconds(600ms));
    EXPECT_EQ(output.send->required_min_rx, microseconds(600ms));
    EXPECT_EQ(session.view().transmit_interval, microseconds(300ms));
    session.receive(from_peer(State::Up), kStart + 2ms);
    EXPECT_EQ(session.view().transmit_interval, microseconds(300ms)) << "no Final, no change";
    session.receive(with_final(from_peer(State::Up)), kStart + 3ms);
    EXPECT_EQ(session.view().transmit_interval, microseconds(600ms));
}

TEST(BfdTiming, AFasterIntervalShortensDetectionOnlyAfterTheFinal) {
    Session session = up_session({600ms, 3});
    ControlPacket peer = from_peer(State::Up);
    peer.desired_min_tx = 100ms;
    session.receive(peer, kStart);
    ASSERT_EQ(session.view().detection_time, microseconds(1800ms));
    const auto output = session.set_timing({200ms, 3}, kStart + 1ms);
    ASSERT_TRUE(output.send);
    EXPECT_TRUE(output.send->poll);
    EXPECT_EQ(session.view().detection_time, microseconds(1800ms));
    session.receive(with_final(peer), kStart + 2ms);
    EXPECT_EQ(session.view().detection_time, microseconds(600ms));
}

TEST(BfdTiming, AFinalToTheFormerPollDoesNotConfirmTheLatterIntervals) {
    Session session = up_session();
    session.set_timing({600ms, 3}, kStart + 1ms);
    session.set_timing({900ms, 3}, kStart + 2ms);
    session.receive(with_final(from_peer(State::Up)), kStart + 3ms);
    EXPECT_EQ(session.view().transmit_interval, microseconds(300ms));
    EXPECT_TRUE(session.expire(session.next_deadline()).send->poll);
    session.receive(with_final(from_peer(State::Up)), kStart + 400ms);
    EXPECT_EQ(session.view().transmit_interval, microseconds(900ms));
}

TEST(BfdTiming, AFinalNobodyAskedForChangesNothing) {
    Session session = up_session();
    const auto before = session.view();
    EXPECT_EQ(session.receive(with_final(from_peer(State::Up)), kStart), Session::Output{});
    EXPECT_EQ(session.view(), before);
}

TEST(BfdTiming, AnotherMultiplierIsToldWithoutAPoll) {
    Session session = up_session();
    const auto output = session.set_timing({300ms, 5}, kStart + 1ms);
    ASSERT_TRUE(output.send);
    EXPECT_EQ(output.send->detect_mult, 5);
    EXPECT_FALSE(output.send->poll);
}

TEST(BfdTiming, APollIsAnsweredAtOnceByAFinalThatIsNoPollAndLeavesTheScheduleAlone) {
    Session session = up_session();
    const Time next = session.next_deadline();
    const auto output = session.receive(with_poll(from_peer(State::Up)), kStart + 20ms);
    ASSERT_TRUE(output.send);
    EXPECT_TRUE(output.send->final);
    EXPECT_FALSE(output.send->poll);
    EXPECT_EQ(session.next_deadline(), next);
}

TEST(BfdTiming, APollIsAnsweredWhileOurOwnIsUnderWayAndOursGoesOn) {
    Session session = up_session();
    session.set_timing({600ms, 3}, kStart + 1ms);
    const auto answer = session.receive(with_poll(from_peer(State::Up)), kStart + 2ms);
    ASSERT_TRUE(answer.send);
    EXPECT_TRUE(answer.send->final);
    EXPECT_FALSE(answer.send->poll);
    EXPECT_EQ(answer.send->desired_min_tx, microseconds(600ms)) << "a Final may carry news";
    EXPECT_TRUE(session.expire(session.next_deadline()).send->poll);
}

TEST(BfdTiming, APeerInDemandModeHearsNothingPeriodicWhileBothAreUp) {
    Session session = up_session();
    ControlPacket peer = from_peer(State::Up);
    peer.demand = true;
    session.receive(peer, kStart + 10ms);
    EXPECT_EQ(session.next_deadline(), kStart + 10ms + session.view().detection_time)
        << "detection goes on";
    EXPECT_TRUE(session.receive(with_poll(peer), kStart + 20ms).send->final);
    EXPECT_TRUE(session.set_timing({200ms, 3}, kStart + 30ms).send->poll) << "polls still go out";
    const Time polled = session.next_deadline();
    EXPECT_TRUE(session.expire(polled).send->poll);
    session.receive(with_final(peer), polled + 1ms);
    EXPECT_EQ(session.next_deadline(), polled + 1ms + session.view().detection_time);
    peer.demand = false;
    session.receive(peer, polled + 2ms);
    EXPECT_LE(session.next_deadline(), polled + 300ms) << "out of Demand mode, periodic again";
}

TEST(BfdTiming, APeerThatWantsNoPacketsGetsNoneButItsPollsAreAnswered) {
    Session session = up_session();
    ControlPacket peer = from_peer(State::Up);
    peer.required_min_rx = 0s;
    session.receive(peer, kStart);
    EXPECT_EQ(session.next_deadline(), kStart + session.view().detection_time);
    EXPECT_TRUE(session.receive(with_poll(peer), kStart).send);
    session.expire(session.next_deadline());
    EXPECT_EQ(session.state(), State::Down);
    EXPECT_NE(session.next_deadline(), kNever) << "a peer that went silent may wait for us";
}

TEST(BfdTiming, GoingDownSlowsDownAtOnce) {
    Session session = up_session();
    ControlPacket down = from_peer(State::Down);
    down.your_discriminator = kOurs;
    const auto output = session.receive(down, kStart + 1ms);
    ASSERT_TRUE(output.send);
    EXPECT_EQ(output.send->desired_min_tx, microseconds(1s));
    EXPECT_EQ(session.view().transmit_interval, microseconds(1s));
}

TEST(BfdTiming, ALateCallerSendsOnceAndDoesNotCatchUp) {
    Session session = up_session();
    const Time late = session.next_deadline() + 500ms;
    session.receive(from_peer(State::Up), late);
    EXPECT_TRUE(session.expire(late).send);
    EXPECT_FALSE(session.expire(late).send);
    EXPECT_GE(session.next_deadline(), late + 225ms);
}

}  // namespace
}  // namespace routeproof::bfd
