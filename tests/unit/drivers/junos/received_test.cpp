#include "drivers/junos/received.hpp"

#include <gtest/gtest.h>

namespace routeproof::junos {
namespace {

using drivers::ReceivedRoute;
using drivers::Route;
using drivers::RouteTable;
using Verdict = ReceivedRoute::Verdict;

const net::Address kPeer = net::Address::v4(0xC6336402);   // 198.51.100.2
const net::Address kOther = net::Address::v4(0xC6336406);  // 198.51.100.6

Route route(const char* prefix, bool valid = true, std::string reason = {}) {
    Route made;
    made.prefix = *net::Prefix::parse(prefix);
    made.valid = valid;
    made.reason = std::move(reason);
    return made;
}

Route from(Route made, const net::Address& peer) {
    made.from = peer;
    return made;
}

TEST(JunosReceived, WhatIsUsableIsAcceptedAndComesFromThePeer) {
    const auto received = merge_received(kPeer, {true, {route("192.0.2.0/26")}}, {}, {});
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received[0].verdict, Verdict::Accepted);
    EXPECT_EQ(received[0].route.from, kPeer);
}

TEST(JunosReceived, WhatIsHiddenIsRejectedWithItsReason) {
    const RouteTable hidden{true, {route("192.0.2.2/32", false, "rejected by import policy")}};
    const auto received = merge_received(kPeer, {true, {route("192.0.2.0/26")}}, hidden, {});
    ASSERT_EQ(received.size(), 2U);
    EXPECT_EQ(received[1].verdict, Verdict::Rejected);
    EXPECT_EQ(received[1].reason, "rejected by import policy");
    EXPECT_FALSE(received[1].route.valid);
}

TEST(JunosReceived, AMissingReasonIsTakenFromTheRoutingTableOfThatPeerOnly) {
    const RouteTable hidden{true, {route("192.0.2.2/32", false)}};
    EXPECT_TRUE(lacks_reason(hidden));
    const RouteTable rib{true,
                         {from(route("192.0.2.2/32", false, "unresolved"), kOther),
                          from(route("192.0.2.2/32", false, "rejected by import policy"), kPeer),
                          from(route("192.0.2.3/32", false, "looped"), kOther)}};
    const auto received = merge_received(kPeer, {true, {}}, hidden, rib);
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received[0].reason, "rejected by import policy");
}

TEST(JunosReceived, ARouterThatIgnoresHiddenDoesNotMakeRoutesRejected) {
    const RouteTable same{true, {route("192.0.2.0/26")}};
    const auto received = merge_received(kPeer, same, same, {});
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received[0].verdict, Verdict::Accepted);
}

}  // namespace
}  // namespace routeproof::junos
