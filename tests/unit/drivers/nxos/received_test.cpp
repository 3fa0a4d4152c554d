#include "drivers/nxos/received.hpp"

#include <gtest/gtest.h>

namespace routeproof::nxos {
namespace {

using drivers::ReceivedRoute;
using drivers::Route;
using Verdict = ReceivedRoute::Verdict;

Route route(const char* prefix) {
    Route made;
    made.prefix = *net::Prefix::parse(prefix);
    return made;
}

TEST(NxosReceived, WhatIsNotAmongTheAcceptedIsRejected) {
    const auto peer = net::Address::v4(0xC6336402);
    const auto received = merge_received(peer,
                                         {true, {route("192.0.2.0/26"), route("192.0.2.2/32")}},
                                         {true, {route("192.0.2.0/26")}});
    ASSERT_EQ(received.size(), 2U);
    EXPECT_EQ(received[0].verdict, Verdict::Accepted);
    EXPECT_EQ(received[0].route.from, peer);
    EXPECT_EQ(received[1].verdict, Verdict::Rejected);
    EXPECT_FALSE(received[1].route.valid);
    EXPECT_FALSE(received[1].reason.empty());
}

}  // namespace
}  // namespace routeproof::nxos
