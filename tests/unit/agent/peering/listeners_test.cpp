#include "agent/peering/listeners.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

const net::Address kNear = address("192.0.2.1");
const net::Address kFar = address("192.0.2.2");

SocketOptions external() {
    SocketOptions options;
    options.ttl = 1;
    return options;
}

SocketOptions guarded(unsigned hops) {
    SocketOptions options;
    options.ttl = 255;
    options.min_ttl = 256 - hops;
    return options;
}

TEST(BgpListenerPlan, OfOnePeerIsWhatThePeerNeeds) {
    ListenerPlan plan;
    plan.add(external(), kNear);
    EXPECT_EQ(plan.options().ttl, 1U);
    EXPECT_EQ(plan.options().min_ttl, std::nullopt);
}

TEST(BgpListenerPlan, AnswersTheFarthestPeer) {
    ListenerPlan plan;
    plan.add(external(), kNear);
    plan.add(SocketOptions{}, kFar);  // within our AS: the system's TTL
    EXPECT_EQ(plan.options().ttl, 64U);
    plan.add(guarded(1), address("192.0.2.3"));
    EXPECT_EQ(plan.options().ttl, 255U);
}

TEST(BgpListenerPlan, GuardsAsMuchAsAllItsPeersWantAndNotAtAllIfOneHasNoGuard) {
    ListenerPlan plan;
    plan.add(guarded(1), kNear);
    EXPECT_EQ(plan.options().min_ttl, 255U);
    plan.add(guarded(3), kFar);
    EXPECT_EQ(plan.options().min_ttl, 253U);
    plan.add(external(), address("192.0.2.3"));
    EXPECT_EQ(plan.options().min_ttl, std::nullopt);
    plan.add(guarded(1), address("192.0.2.4"));
    EXPECT_EQ(plan.options().min_ttl, std::nullopt) << "the order of peers must not matter";
}

TEST(BgpListenerPlan, HasTheKeysOfThosePeersThatHaveOne) {
    ListenerPlan plan;
    SocketOptions locked = external();
    locked.password = Secret("key");
    plan.add(locked, kNear);
    plan.add(external(), kFar);
    ASSERT_EQ(plan.options().passwords.size(), 1U);
    EXPECT_TRUE(plan.options().passwords.contains(kNear));
}

}  // namespace
}  // namespace routeproof::bgp
