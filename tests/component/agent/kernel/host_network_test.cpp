// Links and routes against the real kernel, in a network namespace that each test makes for itself.
// What the kernel would do with a packet is asked by connect() on a datagram socket: it looks the
// route up, sends nothing, and says EINVAL for a blackhole.
#include "agent/kernel/links.hpp"
#include "agent/kernel/overlaps.hpp"
#include "agent/kernel/route_sync.hpp"
#include "agent/kernel/routes.hpp"
#include "agent/kernel/sysctls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace routeproof::kernel {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string kEndpoint(64, 'a');
const std::string kOtherEndpoint(64, 'b');

net::Address address(const char* text) {
    return net::Address::parse(text).value();
}
net::Prefix prefix(const char* text) {
    return net::Prefix::parse(text).value();
}

std::string sysctl(const std::string& path) {
    std::ifstream file("/proc/sys/net/" + path);
    std::string value;
    file >> value;
    return value;
}

sockaddr_in socket_address(const net::Address& wanted) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(9);
    where.sin_addr.s_addr = htonl(wanted.to_v4());
    return where;
}

/// The source address that a packet to `destination` would bear, or the errno's text.
std::string way_to(const char* destination) {
    const int descriptor = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in where = socket_address(address(destination));
    std::string answer;
    if (::connect(descriptor, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) {
        answer = errno == EINVAL ? "blackhole" : std::strerror(errno);
    } else {
        socklen_t size = sizeof where;
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&where), &size);
        answer = "from " + net::Address::v4(ntohl(where.sin_addr.s_addr)).to_string();
    }
    ::close(descriptor);
    return answer;
}

class HostNetwork : public testing::Test {
protected:
    void SetUp() override {
        if (::unshare(CLONE_NEWNET) != 0) {
            GTEST_SKIP() << "SKIPPED: a network namespace cannot be made (" << std::strerror(errno)
                         << "); run as root";
        }
        socket_.emplace(RtnlSocket::open().value());
    }

    RtnlSocket& socket() { return *socket_; }

    /// A veth pair that plays an uplink: both ends up, the address on one.
    int uplink(const std::string& name, const char* own_address, unsigned length = 30) {
        const VethRequest pair{name, name + "peer", {2, 0, 0, 0, 0, 1}, 9000};
        EXPECT_TRUE(socket().request(new_veth(pair), "add uplink"));
        int index = 0;
        for (const Link& link : socket().links().value()) {
            if (link.name.starts_with(name)) {
                EXPECT_TRUE(socket().request(set_link_up(link.index), "bring up uplink"));
                index = link.name == name ? link.index : index;
            }
        }
        const InterfaceAddress own{address(own_address), length, index, 0};
        EXPECT_TRUE(socket().request(new_address(own), "address uplink"));
        return index;
    }

    Link container(const std::string& endpoint, std::uint32_t mtu = 1500) {
        return create_link(socket(), {endpoint, mtu}).value();
    }

    Link link(const std::string& name) {
        for (const Link& one : socket().links().value()) {
            if (one.name == name) {
                return one;
            }
        }
        return {};
    }

private:
    std::optional<RtnlSocket> socket_;
};

TEST_F(HostNetwork, LinkOfAContainerIsAVethPairWithTheConstantMacAndTheMtu) {
    const Link made = container(kEndpoint, 1450);
    EXPECT_EQ(made, (Link{made.index, "rpaaaaaaaaaaa", "veth", kHostMac, 1450, true}));
    EXPECT_EQ(link("rpaaaaaaaaaaa"), made);
    const Link waiting = link("rcaaaaaaaaaaa");
    EXPECT_EQ(waiting.mtu, 1450U);
    EXPECT_FALSE(waiting.up);
    EXPECT_NE(waiting.mac, kHostMac);
}

TEST_F(HostNetwork, HostEndHasTheGatewayAddressWithHostScope) {
    const Link made = container(kEndpoint);
    std::vector<InterfaceAddress> found;
    for (const InterfaceAddress& one : socket().addresses().value()) {
        if (one.link == made.index && one.address.is_v4()) {
            found.push_back(one);
        }
    }
    EXPECT_EQ(found, (std::vector{InterfaceAddress{address("169.254.1.1"), 32, made.index, 254}}));
}

TEST_F(HostNetwork, HostEndAnswersArpAtOnceForwardsAndFiltersSources) {
    container(kEndpoint);
    EXPECT_EQ(sysctl("ipv4/conf/rpaaaaaaaaaaa/proxy_arp"), "1");
    EXPECT_EQ(sysctl("ipv4/neigh/rpaaaaaaaaaaa/proxy_delay"), "0");
    EXPECT_EQ(sysctl("ipv4/conf/rpaaaaaaaaaaa/forwarding"), "1");
    EXPECT_EQ(sysctl("ipv4/conf/rpaaaaaaaaaaa/rp_filter"), "1");
    const std::string accept_ra = sysctl("ipv6/conf/rpaaaaaaaaaaa/accept_ra");
    EXPECT_TRUE(accept_ra.empty() || accept_ra == "0") << accept_ra;
}

TEST_F(HostNetwork, SameLinkAskedForAgainStaysTheSameLink) {
    const Link first = container(kEndpoint);
    EXPECT_EQ(container(kEndpoint), first);
}

TEST_F(HostNetwork, LinkWithAnotherMtuIsMadeAnew) {
    container(kEndpoint, 1500);
    container(kEndpoint, 9000);
    EXPECT_EQ(link("rpaaaaaaaaaaa").mtu, 9000U);
    EXPECT_EQ(link("rcaaaaaaaaaaa").mtu, 9000U);
}

TEST_F(HostNetwork, LinkGoesAwayWithBothEndsAndMayBeRemovedTwice) {
    container(kEndpoint);
    EXPECT_TRUE(remove_link(socket(), kEndpoint));
    EXPECT_EQ(link("rpaaaaaaaaaaa").index, 0);
    EXPECT_EQ(link("rcaaaaaaaaaaa").index, 0);
    EXPECT_TRUE(remove_link(socket(), kEndpoint));
}

TEST_F(HostNetwork, OnlyHostEndsAreListedAsLinksOfContainers) {
    uplink("up0", "10.100.0.254");
    container(kEndpoint);
    container(kOtherEndpoint);
    std::vector<std::string> names;
    for (const Link& one : host_links(socket()).value()) {
        names.push_back(one.name);
    }
    EXPECT_THAT(names, UnorderedElementsAre("rpaaaaaaaaaaa", "rpbbbbbbbbbbb"));
}

TEST_F(HostNetwork, PacketsToAContainerLeaveWithTheUplinksAddress) {
    uplink("up0", "10.100.0.254");
    const Link made = container(kEndpoint);
    ASSERT_TRUE(
        add_device_route(socket(), address("172.16.100.1"), kEndpoint, address("10.100.0.254")));
    EXPECT_EQ(way_to("172.16.100.1"), "from 10.100.0.254");
    EXPECT_THAT(
        own_routes(socket()).value(),
        ElementsAre(device_route(address("172.16.100.1"), made.index, address("10.100.0.254"))));
}

TEST_F(HostNetwork, RouteToAMissingLinkFailsWithWhatWasAttempted) {
    const auto done = add_device_route(socket(), address("172.16.100.1"), kEndpoint, std::nullopt);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().to_string(),
              "could not route 172.16.100.1 to link rpaaaaaaaaaaa: No such device");
}

TEST_F(HostNetwork, BlackholeTakesWhatNoContainerHas) {
    uplink("up0", "10.100.0.254");
    container(kEndpoint);
    ASSERT_TRUE(add_blackhole(socket(), prefix("172.16.100.0/26")));
    ASSERT_TRUE(add_blackhole(socket(), prefix("172.16.100.0/26")));
    ASSERT_TRUE(
        add_device_route(socket(), address("172.16.100.1"), kEndpoint, address("10.100.0.254")));
    EXPECT_EQ(way_to("172.16.100.1"), "from 10.100.0.254");
    EXPECT_EQ(way_to("172.16.100.2"), "blackhole");
    EXPECT_EQ(way_to("172.16.100.64"), "Network is unreachable");
}

TEST_F(HostNetwork, BlockOfOneAddressHasNoBlackhole) {
    ASSERT_TRUE(add_blackhole(socket(), prefix("172.16.100.1/32")));
    EXPECT_THAT(own_routes(socket()).value(), IsEmpty());
}

TEST_F(HostNetwork, LearnedHostRouteBeatsTheBlackholeOfTheBlockItWasBorrowedFrom) {
    uplink("up0", "10.100.0.254");
    ASSERT_TRUE(add_blackhole(socket(), prefix("172.16.100.0/26")));
    ASSERT_TRUE(set_learned_route(socket(), prefix("172.16.100.1/32"), {address("10.100.0.253")}));
    EXPECT_EQ(way_to("172.16.100.1"), "from 10.100.0.254");
    EXPECT_EQ(way_to("172.16.100.2"), "blackhole");
}

TEST_F(HostNetwork, LearnedRouteForAnOwnBlockStandsBehindTheBlackhole) {
    uplink("up0", "10.100.0.254");
    ASSERT_TRUE(add_blackhole(socket(), prefix("172.16.100.0/26")));
    ASSERT_TRUE(set_learned_route(socket(), prefix("172.16.100.0/26"), {address("10.100.0.253")}));
    EXPECT_EQ(way_to("172.16.100.2"), "blackhole");
    ASSERT_TRUE(set_learned_route(socket(), prefix("172.16.100.0/26"), {}));
    EXPECT_THAT(own_routes(socket()).value(),
                ElementsAre(blackhole_route(prefix("172.16.100.0/26"))));
}

TEST_F(HostNetwork, OwnContainerBeatsALearnedRouteToTheSameAddress) {
    uplink("up0", "10.100.0.254");
    const Link made = container(kEndpoint);
    ASSERT_TRUE(set_learned_route(socket(), prefix("172.16.100.1/32"), {address("10.100.0.253")}));
    ASSERT_TRUE(
        add_device_route(socket(), address("172.16.100.1"), kEndpoint, address("10.100.0.254")));
    ASSERT_EQ(own_routes(socket()).value().size(), 2U);
    ASSERT_TRUE(remove_device_route(socket(), address("172.16.100.1"), kEndpoint));
    const auto left = own_routes(socket()).value();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(class_of(left.front()), RouteClass::Learned);
    EXPECT_NE(left.front().next_hops.front().link, made.index);
}

TEST_F(HostNetwork, LearnedRouteSpreadsOverBothLeavesAndShrinksInPlace) {
    const int one = uplink("up0", "10.100.0.254");
    const int two = uplink("up1", "10.100.1.254");
    const net::Prefix remote = prefix("172.16.100.64/26");
    const net::Address leaf1 = address("10.100.0.253");
    const net::Address leaf2 = address("10.100.1.253");

    ASSERT_TRUE(set_learned_route(socket(), remote, {leaf1, leaf2}));
    auto routes = own_routes(socket()).value();
    ASSERT_EQ(routes.size(), 1U);
    EXPECT_EQ(routes.front().metric, kLearnedMetric);
    EXPECT_THAT(routes.front().next_hops,
                UnorderedElementsAre(NextHop{leaf1, one}, NextHop{leaf2, two}));

    ASSERT_TRUE(set_learned_route(socket(), remote, {leaf2}));
    routes = own_routes(socket()).value();
    ASSERT_EQ(routes.size(), 1U);
    EXPECT_THAT(routes.front().next_hops, ElementsAre(NextHop{leaf2, two}));

    ASSERT_TRUE(set_learned_route(socket(), remote, {}));
    ASSERT_TRUE(set_learned_route(socket(), remote, {}));
    EXPECT_THAT(own_routes(socket()).value(), IsEmpty());
}

TEST_F(HostNetwork, DeletingALearnedRouteLeavesAForeignOneAlone) {
    uplink("up0", "10.100.0.254");
    Route foreign = learned_route(prefix("172.16.100.64/26"), {address("10.100.0.253")});
    foreign.protocol = 4;  // RTPROT_STATIC
    ASSERT_TRUE(replace(socket(), foreign));
    ASSERT_TRUE(set_learned_route(socket(), prefix("172.16.100.64/26"), {}));
    EXPECT_EQ(way_to("172.16.100.65"), "from 10.100.0.254");
}

TEST_F(HostNetwork, GatewayThatNoLinkReachesIsRefusedByTheKernel) {
    const auto done =
        set_learned_route(socket(), prefix("172.16.100.64/26"), {address("10.9.9.9")});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code.value(), ENETUNREACH);
}

TEST_F(HostNetwork, DeviceRouteOfASuccessorSurvivesTheOldEndpoint) {
    container(kEndpoint);
    const Link successor = container(kOtherEndpoint);
    const net::Address shared = address("172.16.100.1");
    ASSERT_TRUE(add_device_route(socket(), shared, kEndpoint, std::nullopt));
    ASSERT_TRUE(add_device_route(socket(), shared, kOtherEndpoint, std::nullopt));
    ASSERT_TRUE(remove_device_route(socket(), shared, kEndpoint));
    EXPECT_THAT(own_routes(socket()).value(),
                ElementsAre(device_route(shared, successor.index, std::nullopt)));
}

TEST_F(HostNetwork, ForwardingIsSwitchedOnOnce) {
    EXPECT_TRUE(enable_forwarding());
    EXPECT_EQ(sysctl("ipv4/ip_forward"), "1");
    EXPECT_TRUE(enable_forwarding());
}

TEST_F(HostNetwork, MtuOfTheUplinkIsFoundByItsAddress) {
    uplink("up0", "10.100.0.254");
    EXPECT_EQ(mtu_of_address(socket(), address("10.100.0.254")).value(), 9000U);
    EXPECT_EQ(mtu_of_address(socket(), address("10.100.0.253")).value(), std::nullopt);
}

TEST_F(HostNetwork, StartRemovesWhatNobodyOwnsAndKeepsTheRest) {
    uplink("up0", "10.100.0.254");
    const Link kept = container(kEndpoint);
    container(kOtherEndpoint);
    const net::Address source = address("10.100.0.254");
    ASSERT_TRUE(add_device_route(socket(), address("172.16.100.1"), kEndpoint, source));
    ASSERT_TRUE(add_device_route(socket(), address("172.16.100.2"), kOtherEndpoint, source));
    ASSERT_TRUE(add_blackhole(socket(), prefix("172.16.100.0/26")));
    ASSERT_TRUE(add_blackhole(socket(), prefix("172.16.100.128/26")));
    ASSERT_TRUE(set_learned_route(socket(), prefix("172.16.100.64/26"), {address("10.100.0.253")}));

    Expected expected;
    expected.endpoints = {{kEndpoint, address("172.16.100.1"), true}};
    expected.blocks = {prefix("172.16.100.0/26")};
    expected.preferred_source = source;
    const Changes changes = compare(read_actual(socket()).value(), expected);
    EXPECT_THAT(changes.add_routes, IsEmpty());
    EXPECT_THAT(changes.remove_links, ElementsAre("rpbbbbbbbbbbb"));
    EXPECT_EQ(changes.remove_routes.size(), 3U);
    EXPECT_THAT(apply(socket(), changes), IsEmpty());

    EXPECT_THAT(own_routes(socket()).value(),
                UnorderedElementsAre(device_route(address("172.16.100.1"), kept.index, source),
                                     blackhole_route(prefix("172.16.100.0/26"))));
    EXPECT_TRUE(compare(read_actual(socket()).value(), expected).empty());
}

TEST_F(HostNetwork, PoolThatAnInterfaceUsesIsAnOverlap) {
    uplink("eth9", "172.16.100.7", 24);
    const auto overlaps = foreign_overlaps(socket(), prefix("172.16.100.0/24")).value();
    ASSERT_EQ(overlaps.size(), 1U);
    EXPECT_EQ(overlaps.front().to_string(), "interface eth9 has 172.16.100.0/24");
}

TEST_F(HostNetwork, OwnLinksAndRoutesAreNoOverlap) {
    uplink("up0", "10.100.0.254");
    container(kEndpoint);
    ASSERT_TRUE(add_blackhole(socket(), prefix("172.16.100.0/26")));
    ASSERT_TRUE(add_device_route(socket(), address("172.16.100.1"), kEndpoint, std::nullopt));
    ASSERT_TRUE(set_learned_route(socket(), prefix("172.16.100.64/26"), {address("10.100.0.253")}));
    EXPECT_THAT(foreign_overlaps(socket(), prefix("172.16.100.0/24")).value(), IsEmpty());
}

}  // namespace
}  // namespace routeproof::kernel
