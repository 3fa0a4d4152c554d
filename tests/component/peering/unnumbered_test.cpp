// Two speakers that know nothing of each other but the interface between them: a veth pair into
// another network namespace, whose speaker runs in a process of its own. And two whose link-local
// addresses are configured, while their interfaces come and go.
#include "tests/component/peering/node.hpp"

#include <net/if.h>
#include <sched.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace routeproof::bgp {
namespace {

const net::Prefix kFromLeaf = prefix("172.16.100.64/26");

SpeakerConfig unnumbered(std::uint32_t asn, std::uint32_t id, const char* interface) {
    SpeakerConfig wanted;
    wanted.asn = net::Asn(asn);
    wanted.router_id = net::RouterId(id);
    wanted.import = Policy::accept_all();
    wanted.listen_port = 179;
    wanted.retry = quick();
    PeerConfig peer;
    peer.interface = interface;
    peer.any_external_asn = true;
    peer.hold_time = std::chrono::seconds(9);
    wanted.peers = {peer};
    return wanted;
}

bool run(const std::string& command) {
    return std::system(command.c_str()) == 0;  // NOLINT(concurrency-mt-unsafe): one thread
}

// The leaf, until the test closes its end of the pipe.
[[noreturn]] void be_the_leaf(int said, int heard) {
    char word = ::unshare(CLONE_NEWNET) == 0 ? 'y' : 'n';
    if (::write(said, &word, 1) != 1 || ::read(heard, &word, 1) != 1 ||
        !run("ip link set down0 up")) {
        ::_exit(1);
    }
    boost::asio::io_context io{1};
    Node leaf(io, unnumbered(65000, 2, "down0"));
    leaf.speaker.announce(kFromLeaf);
    leaf.speaker.start();
    fd_set ready;
    timeval none{};
    do {
        io.run_one_for(std::chrono::milliseconds(50));
        FD_ZERO(&ready);
        FD_SET(heard, &ready);
    } while (::select(heard + 1, &ready, nullptr, nullptr, &none) == 0);
    ::_exit(0);
}

class BgpUnnumbered : public BgpSpeaker {
protected:
    void SetUp() override {
        if (::unshare(CLONE_NEWNET) != 0) {
            GTEST_SKIP() << "SKIPPED: a network namespace cannot be made (" << std::strerror(errno)
                         << "); run as root";
        }
        int to_us[2];
        int to_leaf[2];
        ASSERT_EQ(::pipe(to_us), 0);
        ASSERT_EQ(::pipe(to_leaf), 0);
        leaf_ = ::fork();
        if (leaf_ == 0) {
            ::close(to_leaf[1]);
            be_the_leaf(to_us[1], to_leaf[0]);
        }
        ::close(to_leaf[0]);
        ::close(to_us[1]);
        to_leaf_ = to_leaf[1];
        char word = 0;
        ASSERT_EQ(::read(to_us[0], &word, 1), 1);
        ::close(to_us[0]);
        ASSERT_EQ(word, 'y');
        ASSERT_TRUE(
            run("ip link add up0 type veth peer name down0 netns " + std::to_string(leaf_)));
        ASSERT_TRUE(run("ip link set up0 up"));
        ASSERT_EQ(::write(to_leaf_, &word, 1), 1);
    }
    void TearDown() override {
        if (leaf_ > 0) {
            ::close(to_leaf_);
            int status = 0;
            ::waitpid(leaf_, &status, 0);
            EXPECT_EQ(status, 0) << "the leaf had trouble of its own";
        }
    }

    pid_t leaf_ = -1;
    int to_leaf_ = -1;
};

TEST_F(BgpUnnumbered, TheyFindEachOtherAndFindEachOtherAgainAfterTheLinkWasDown) {
    Node host(io, unnumbered(65100, 1, "up0"));
    host.speaker.announce(kBlock);
    host.speaker.start();
    run_until([&] { return host.routes.contains(kFromLeaf); }, "the leaf's prefix");
    const SessionStatus status = host.speaker.sessions()[0];
    EXPECT_EQ(status.peer_as, net::Asn(65000));
    EXPECT_TRUE(status.peer.is_link_local());
    EXPECT_EQ(host.routes[kFromLeaf], std::vector{status.peer});
    EXPECT_EQ(host.interfaces[kFromLeaf], std::vector{::if_nametoindex("up0")});
    run_until([&] { return host.speaker.advertised(kBlock).size() == 1; }, "our prefix to be sent");
    EXPECT_EQ(host.speaker.advertised(kBlock)[0].next_hop, status.local_address);
    std::ifstream accept_ra("/proc/sys/net/ipv6/conf/up0/accept_ra");
    EXPECT_EQ(accept_ra.get(), '0');

    ASSERT_TRUE(run("ip link set up0 down"));
    run_until([&] { return !host.up(); }, "the loss");
    EXPECT_TRUE(host.routes.empty());
    EXPECT_TRUE(host.logged("connection failed: the interface is down"));
    ASSERT_TRUE(run("ip link set up0 up"));
    run_until([&] { return host.routes.contains(kFromLeaf); }, "the return");
}

class BgpLinkLocal : public BgpSpeaker {
protected:
    void SetUp() override {
        if (::unshare(CLONE_NEWNET) != 0) {
            GTEST_SKIP() << "SKIPPED: a network namespace cannot be made (" << std::strerror(errno)
                         << "); run as root";
        }
    }
    static SpeakerConfig at(const char* interface,
                            std::uint32_t asn,
                            const char* local,
                            std::uint32_t peer_as,
                            const char* peer) {
        SpeakerConfig wanted = config(asn, "192.0.2.1", peer_as, "192.0.2.2");
        wanted.router_id = net::RouterId(asn);
        wanted.import = Policy::accept_all();
        PeerConfig& other = wanted.peers[0];
        other.interface = interface;
        other.local_address = address(local);
        other.address = address(peer);
        other.families = {kIpv6Unicast};
        other.hold_time = std::chrono::seconds(3);
        return wanted;
    }
    static void make_links() {
        ASSERT_TRUE(
            run("ip link add up0 type veth peer name down0 &&"
                " ip link set up0 addrgenmode none && ip link set down0 addrgenmode none &&"
                " ip link set up0 up && ip link set down0 up &&"
                " ip address add fe80::1/64 dev up0 nodad &&"
                " ip address add fe80::2/64 dev down0 nodad"));
    }
};

// One side dials and does not listen, the other listens and does not dial: each must find its
// interface by itself.
TEST_F(BgpLinkLocal, APeerIsFoundWhenItsInterfaceComesAndWhenItComesBackAsAnother) {
    SpeakerConfig host_wants = at("up0", 65100, "fe80::1", 65000, "fe80::2");
    host_wants.listen_port = 0;
    SpeakerConfig leaf_wants = at("down0", 65000, "fe80::2", 65100, "fe80::1");
    leaf_wants.peers[0].passive = true;
    Node host(io, host_wants);
    Node leaf(io, leaf_wants);
    host.speaker.start();
    leaf.speaker.start();
    run_until([&] { return host.logged("bgp.connect.failed"); }, "a dial into the void");
    make_links();
    run_until([&] { return host.up() && leaf.up(); }, "Established");
    const auto before = ::if_nametoindex("down0");

    ASSERT_TRUE(run("ip link delete up0"));
    run_until([&] { return !host.up() && !leaf.up(); }, "the loss");
    make_links();
    EXPECT_NE(::if_nametoindex("down0"), before);
    run_until([&] { return host.up() && leaf.up(); }, "the return");
}

}  // namespace
}  // namespace routeproof::bgp
