#include "drivers/device.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace routeproof::drivers {
namespace {

TEST(MakeDevice, TheCommandForPeopleIsThatOfTheOs) {
    boost::asio::io_context io(1);
    const auto peer = *net::Address::parse("198.51.100.2");
    Target target;
    target.os = inventory::Os::Junos;
    EXPECT_EQ(make_device(io.get_executor(), target)->received_command(peer),
              "show route receive-protocol bgp 198.51.100.2 all");
    target.os = inventory::Os::Nxos;
    EXPECT_EQ(make_device(io.get_executor(), target)->received_command(peer),
              "show bgp vrf default ipv4 unicast neighbors 198.51.100.2 received-routes");
    target.os = inventory::Os::Frr;
    EXPECT_EQ(
        make_device(io.get_executor(), target)->received_command(peer),
        "vtysh -c 'show bgp vrf default ipv4 unicast neighbors 198.51.100.2 received-routes'");
    target.os = inventory::Os::Bird;  // which calls its peers by names that it has not yet told us
    EXPECT_EQ(make_device(io.get_executor(), target)->received_command(peer),
              "birdc show route all filtered protocol NAME");
}

}  // namespace
}  // namespace routeproof::drivers
