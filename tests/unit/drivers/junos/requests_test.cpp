#include "drivers/junos/requests.hpp"

#include <gtest/gtest.h>

namespace routeproof::junos {
namespace {

TEST(JunosRequests, RoutesAreAskedForOneTableAndInDetail) {
    EXPECT_EQ(bgp_routes(kInet0, Show::Usable),
              "<get-route-information><table>inet.0</table><protocol>bgp</protocol><detail/>"
              "</get-route-information>");
}

TEST(JunosRequests, ReceivedRoutesNameThePeerAndAskForHiddenOnesApart) {
    const auto peer = *net::Address::parse("2001:db8::2");
    EXPECT_EQ(received_routes(kInet6, peer, Show::Hidden),
              "<get-route-information><receive-protocol-name>bgp</receive-protocol-name>"
              "<peer>2001:db8::2</peer><table>inet6.0</table><hidden/><detail/>"
              "</get-route-information>");
}

}  // namespace
}  // namespace routeproof::junos
