// What is asked for and what is told have the same format, so each request is read back by the
// reader of replies; the kernel itself is the judge in the component test.
#include "agent/kernel/rtnl_message.hpp"

#include "agent/kernel/routes.hpp"

#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

namespace routeproof::kernel {
namespace {

net::Address address(const char* text) {
    return net::Address::parse(text).value();
}
net::Prefix prefix(const char* text) {
    return net::Prefix::parse(text).value();
}

const nlmsghdr* header(const Bytes& bytes) {
    return reinterpret_cast<const nlmsghdr*>(bytes.data());
}

TEST(RtnlMessage, RequestsAreWholeMessagesThatAskForAnAnswer) {
    for (const Bytes& bytes : {set_link_up(7),
                               delete_link("rp0123456789a"),
                               dump_links(),
                               replace_route(blackhole_route(prefix("172.16.100.0/26")))}) {
        EXPECT_EQ(header(bytes)->nlmsg_len, bytes.size());
        EXPECT_NE(header(bytes)->nlmsg_flags & NLM_F_REQUEST, 0);
        EXPECT_NE(header(bytes)->nlmsg_flags & (NLM_F_ACK | NLM_F_DUMP), 0);
    }
}

TEST(RtnlMessage, RoutesOfAllClassesReadBackAsTheyWere) {
    Route leads_to_ipv6 = blackhole_route(prefix("2001:db8::/64"));
    leads_to_ipv6.table = 1000;
    Route spread =
        learned_route(prefix("172.16.100.64/26"), {address("10.0.0.1"), address("10.0.1.1")});
    spread.next_hops[1].link = 3;
    for (const Route& route : {device_route(address("172.16.100.1"), 7, address("10.100.0.254")),
                               blackhole_route(prefix("172.16.100.0/26")),
                               learned_route(prefix("172.16.100.64/26"), {address("10.0.0.1")}),
                               spread,
                               leads_to_ipv6}) {
        const Bytes bytes = replace_route(route);
        EXPECT_EQ(read_route(header(bytes)), route);
    }
}

TEST(RtnlMessage, VethRequestNamesBothEnds) {
    const Bytes bytes = new_veth({"rp0123456789a", "rc0123456789a", kHostMac, 1450});
    EXPECT_EQ(read_link(header(bytes)), (Link{0, "rp0123456789a", "veth", kHostMac, 1450, false}));
    const std::string raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    EXPECT_NE(raw.find("rc0123456789a"), std::string::npos);
}

TEST(RtnlMessage, AddressReadsBackAsItWas) {
    const InterfaceAddress gateway{address("169.254.1.1"), 32, 7, RT_SCOPE_HOST};
    const Bytes bytes = new_address(gateway);
    EXPECT_EQ(read_address(header(bytes)), gateway);
}

TEST(RtnlMessage, OtherAndCutOffMessagesAreNothing) {
    const Bytes route = replace_route(blackhole_route(prefix("172.16.100.0/26")));
    EXPECT_EQ(read_link(header(route)), std::nullopt);
    EXPECT_EQ(read_address(header(route)), std::nullopt);
    Bytes cut = route;
    reinterpret_cast<nlmsghdr*>(cut.data())->nlmsg_len = sizeof(nlmsghdr) + 4;
    EXPECT_EQ(read_route(header(cut)), std::nullopt);
}

}  // namespace
}  // namespace routeproof::kernel
