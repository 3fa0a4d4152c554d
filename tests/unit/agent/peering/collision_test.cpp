#include "agent/peering/collision.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

constexpr Identity kLow{net::RouterId(0x0A000001), net::Asn(65100)};
constexpr Identity kHigh{net::RouterId(0xC0000201), net::Asn(65000)};

using Verdict = CollisionVerdict;

TEST(BgpCollision, EstablishedBeatsAnyNewcomer) {
    EXPECT_EQ(resolve_collision(State::Established, Initiator::Us, kLow, kHigh), Verdict::CloseNew);
    EXPECT_EQ(resolve_collision(State::Established, Initiator::Peer, kHigh, kLow),
              Verdict::CloseNew);
}

TEST(BgpCollision, BothStayUntilAnOpenHasArrivedOnBoth) {
    for (const State state : {State::Idle, State::Connect, State::Active, State::OpenSent}) {
        EXPECT_EQ(resolve_collision(state, Initiator::Us, kLow, kHigh), Verdict::KeepBoth);
    }
}

TEST(BgpCollision, TheHigherIdentifierKeepsTheConnectionItMade) {
    EXPECT_EQ(resolve_collision(State::OpenConfirm, Initiator::Us, kHigh, kLow), Verdict::CloseNew);
    EXPECT_EQ(resolve_collision(State::OpenConfirm, Initiator::Peer, kHigh, kLow),
              Verdict::CloseExisting);
    EXPECT_EQ(resolve_collision(State::OpenConfirm, Initiator::Us, kLow, kHigh),
              Verdict::CloseExisting);
}

TEST(BgpCollision, WithEqualIdentifiersTheHigherAsDecides) {
    const Identity same_id{kHigh.id, net::Asn(65001)};
    EXPECT_EQ(resolve_collision(State::OpenConfirm, Initiator::Us, kHigh, same_id),
              Verdict::CloseExisting);
    EXPECT_EQ(resolve_collision(State::OpenConfirm, Initiator::Us, same_id, kHigh),
              Verdict::CloseNew);
}

TEST(BgpCollision, BothSidesKeepTheSameConnection) {
    // Each side asks when the OPEN arrives on the second connection, whichever that is.
    const bool low_closes_its_own =
        resolve_collision(State::OpenConfirm, Initiator::Us, kLow, kHigh) == Verdict::CloseExisting;
    const bool high_closes_the_peers =
        resolve_collision(State::OpenConfirm, Initiator::Peer, kHigh, kLow) ==
        Verdict::CloseExisting;
    EXPECT_TRUE(low_closes_its_own);
    EXPECT_TRUE(high_closes_the_peers);
}

}  // namespace
}  // namespace routeproof::bgp
