// Two speakers, and a speaker against a hand-made peer, over loopback: the real sockets and timers.
#include "agent/peering/speaker.hpp"

#include "agent/peering/wire/header.hpp"
#include "agent/peering/wire/open.hpp"
#include "tests/component/peering/node.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <algorithm>

namespace routeproof::bgp {
namespace {

namespace asio = boost::asio;

TEST_F(BgpSpeaker, TwoOfThemFindOneSessionThoughBothDial) {
    Node host(io, host_config());
    Node leaf(io, leaf_config());
    host.speaker.start();
    leaf.speaker.start();
    run_until([&] { return host.up() && leaf.up(); }, "Established");
    // The keepalives that follow show that the collision's loser did not take the winner along.
    host.speaker.announce(kBlock);
    run_until([&] { return leaf.routes.contains(kBlock); }, "the prefix");
    EXPECT_EQ(host.established(), 1);
    EXPECT_EQ(leaf.established(), 1);
}

TEST_F(BgpSpeaker, RoutesTravelBothWaysAndAreWithdrawn) {
    Node host(io, host_config());
    Node leaf(io, leaf_config());
    host.speaker.announce(kBlock);  // before the session: goes out with the first table
    host.speaker.start();
    leaf.speaker.start();
    run_until([&] { return leaf.routes.contains(kBlock); }, "the prefix");
    EXPECT_EQ(leaf.routes[kBlock], std::vector{address("127.0.0.2")});
    EXPECT_EQ(host.speaker.advertised(kBlock),
              (std::vector<Advertisement>{{address("127.0.0.3"), address("127.0.0.2")}}));
    EXPECT_EQ(host.speaker.sessions()[0].advertised, 1U);

    const net::Prefix from_leaf = prefix("172.16.100.64/26");
    leaf.speaker.announce(from_leaf);
    run_until([&] { return host.routes.contains(from_leaf); }, "the leaf's prefix");

    host.speaker.withdraw(kBlock);
    run_until([&] { return !leaf.routes.contains(kBlock); }, "the withdrawal");
    EXPECT_TRUE(host.speaker.advertised(kBlock).empty());
}

TEST_F(BgpSpeaker, TenThousandPrefixesArriveAndLeave) {
    Node host(io, host_config());
    Node leaf(io, leaf_config());
    host.speaker.start();
    leaf.speaker.start();
    for (std::uint32_t i = 0; i < 10000; ++i) {
        host.speaker.announce(net::Prefix::host(net::Address::v4(0xAC100000 + i)));
    }
    run_until([&] { return leaf.routes.size() == 10000; }, "10000 prefixes");
    EXPECT_LE(leaf.speaker.sessions()[0].updates_received, 14U);  // packed, and one End-of-RIB
    for (std::uint32_t i = 0; i < 10000; ++i) {
        host.speaker.withdraw(net::Prefix::host(net::Address::v4(0xAC100000 + i)));
    }
    run_until([&] { return leaf.routes.empty(); }, "10000 withdrawals");
}

TEST_F(BgpSpeaker, LeavingWithdrawsAndTellsItsReason) {
    Node host(io, host_config());
    Node leaf(io, leaf_config());
    host.speaker.announce(kBlock);
    host.speaker.start();
    leaf.speaker.start();
    run_until([&] { return leaf.routes.contains(kBlock); }, "the prefix");
    bool done = false;
    host.speaker.stop(StopMode::Leave, "host is drained", [&done] { done = true; });
    run_until([&] { return done && !leaf.up(); }, "the end");
    EXPECT_TRUE(leaf.logged(R"(peer sent Cease/Administrative Shutdown: "host is drained")"));
    EXPECT_TRUE(leaf.routes.empty());
}

// RFC 8326: the peer hears of it while the routes still stand, and has a moment to find others.
TEST_F(BgpSpeaker, LeavingSaysGracefulShutdownBeforeItWithdraws) {
    SpeakerConfig wanted = host_config();
    wanted.drain_time = std::chrono::milliseconds(500);
    Node host(io, wanted);
    Node leaf(io, leaf_config());
    host.speaker.announce(kBlock);
    host.speaker.start();
    leaf.speaker.start();
    run_until([&] { return leaf.routes.contains(kBlock); }, "the prefix");
    run_until([&] { return leaf.speaker.sessions()[0].families[0].end_of_rib; }, "End-of-RIB");
    const auto updates = [&] { return leaf.speaker.sessions()[0].updates_received; };
    const auto before = updates();
    host.speaker.stop(StopMode::Leave, "bye");
    run_until([&] { return updates() == before + 1; }, "the same prefix with the community");
    EXPECT_TRUE(leaf.routes.contains(kBlock));
    EXPECT_TRUE(leaf.up());
    run_until([&] { return !leaf.up(); }, "the end");
    EXPECT_EQ(updates(), before + 2);  // the withdrawal
    EXPECT_TRUE(leaf.routes.empty());
}

TEST_F(BgpSpeaker, AStopWhileItLeavesWaitsUntilItHasLeft) {
    Node host(io, host_config());
    Node leaf(io, leaf_config());
    host.speaker.start();
    leaf.speaker.start();
    run_until([&] { return leaf.up() && host.up(); }, "Established");
    std::vector<std::string> ended;
    host.speaker.stop(StopMode::Leave, "moving out", [&] { ended.emplace_back("leave"); });
    host.speaker.stop(StopMode::Restart, {}, [&] { ended.emplace_back("restart"); });
    run_until([&] { return ended.size() == 2; }, "both ends");
    EXPECT_EQ(ended, (std::vector<std::string>{"leave", "restart"}));
    EXPECT_TRUE(leaf.logged("moving out")) << "before the last socket was closed";
    host.speaker.stop(StopMode::Leave, {}, [&] { ended.emplace_back("again"); });
    run_until([&] { return ended.size() == 3; }, "an end when all has ended");
}

TEST_F(BgpSpeaker, RestartingSaysNothingAndTheSessionComesBack) {
    auto host = std::make_unique<Node>(io, host_config());
    Node leaf(io, leaf_config());
    host->speaker.start();
    leaf.speaker.start();
    run_until([&] { return leaf.up(); }, "Established");
    bool done = false;
    host->speaker.stop(StopMode::Restart, {}, [&done] { done = true; });
    run_until([&] { return done && !leaf.up(); }, "the end");
    EXPECT_FALSE(leaf.logged("bgp.notification.received"));
    EXPECT_TRUE(leaf.logged("the peer closed without a NOTIFICATION"));
    host = std::make_unique<Node>(io, host_config());
    host->speaker.start();
    run_until([&] { return leaf.up() && host->up(); }, "the session to come back");
}

TEST_F(BgpSpeaker, DestroyingOneInMidSessionLeavesNothingBehind) {
    auto host = std::make_unique<Node>(io, host_config());
    {
        Node leaf(io, leaf_config());
        host->speaker.start();
        leaf.speaker.start();
        run_until([&] { return leaf.up(); }, "Established");
        leaf.speaker.announce(kBlock);
        run_until([&] { return host->routes.contains(kBlock); }, "the prefix");
    }
    run_until([&] { return !host->up(); }, "the loss to be seen");
    EXPECT_TRUE(host->routes.empty());
    host.reset();
    io.run_for(kPatience);
    EXPECT_TRUE(io.stopped());  // no timer and no socket keeps it busy
}

TEST_F(BgpSpeaker, AWrongAsIsRefusedAndSaidOnBothSides) {
    Node host(io, config(4200000100, "127.0.0.2", 65009, "127.0.0.3"));
    Node leaf(io, leaf_config());
    host.speaker.start();
    leaf.speaker.start();
    run_until(
        [&] {
            return host.logged("we sent OPEN Message Error/Bad Peer AS") &&
                   leaf.logged("peer sent OPEN Message Error/Bad Peer AS");
        },
        "both complaints");
    EXPECT_EQ(host.established(), 0);
}

TEST_F(BgpSpeaker, AStrangerIsTurnedAway) {
    Node host(io, host_config());
    host.speaker.start();
    asio::ip::tcp::socket stranger(io);
    run_until(
        [&] {
            boost::system::error_code error;
            stranger.close(error);
            stranger.open(asio::ip::tcp::v4());
            stranger.bind({asio::ip::make_address_v4("127.0.0.66"), 0});
            stranger.connect({asio::ip::make_address_v4("127.0.0.2"), port()}, error);
            return !error;
        },
        "the listener");
    run_until([&] { return host.logged("not a peer of ours"); }, "the refusal");
    std::uint8_t octet = 0;
    boost::system::error_code error;
    stranger.read_some(asio::buffer(&octet, 1), error);
    EXPECT_TRUE(error);
}

// A peer made of octets: it says what a test makes it say.
class RawPeer {
public:
    explicit RawPeer(asio::io_context& io, std::optional<int> receive_buffer = {})
        : acceptor_(io), socket_(io) {
        acceptor_.open(asio::ip::tcp::v4());
        if (receive_buffer) {
            acceptor_.set_option(asio::socket_base::receive_buffer_size(*receive_buffer));
        }
        acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true));
        acceptor_.bind({asio::ip::make_address_v4("127.0.0.3"), port()});
        acceptor_.listen();
        acceptor_.async_accept(socket_, [this](const boost::system::error_code& error) {
            if (!error) {
                accepted = true;
            }
        });
    }

    void send(const Bytes& octets) { asio::write(socket_, asio::buffer(octets)); }
    /// With a reset, if something was not read.
    void close() { socket_.close(); }
    void greet(const std::vector<Capability>& more = {}) {
        auto open = make_leaf_open();
        open.capabilities.insert(open.capabilities.end(), more.begin(), more.end());
        send(encode_message(MessageType::Open, encode_body(open)));
        send(encode_message(MessageType::Keepalive));
    }
    /// Everything the speaker has sent until it closed.
    Bytes read_all(asio::io_context& io) {
        Bytes all;
        bool ended = false;
        asio::async_read(socket_,
                         asio::dynamic_buffer(all),
                         [&ended](const boost::system::error_code&, std::size_t) { ended = true; });
        while (!ended) {
            io.run_one();
        }
        return all;
    }

    bool accepted = false;

private:
    static OpenMessage make_leaf_open() {
        OpenMessage open;
        open.my_as = net::Asn(65000);
        open.hold_time = 90;
        open.bgp_identifier = net::RouterId(3);
        open.capabilities = {capability::FourOctetAs{net::Asn(65000)}};
        return open;
    }

    asio::ip::tcp::acceptor acceptor_;
    asio::ip::tcp::socket socket_;
};

bool ends_with(const Bytes& octets, const Bytes& end) {
    return octets.size() >= end.size() && std::equal(end.rbegin(), end.rend(), octets.rbegin());
}

SpeakerConfig dialling_host() {
    SpeakerConfig host = host_config();
    host.listen_port = 0;
    return host;
}

TEST_F(BgpSpeaker, GarbageIsAnsweredWithTheRightNotification) {
    RawPeer peer(io);
    Node host(io, dialling_host());
    host.speaker.start();
    run_until([&] { return peer.accepted; }, "the dial");
    peer.send(Bytes(4096, 0x55));
    EXPECT_TRUE(
        ends_with(peer.read_all(io), encode_message(MessageType::Notification, hex("0101"))));
    EXPECT_TRUE(host.logged("we sent Message Header Error/Connection Not Synchronized"));
}

TEST_F(BgpSpeaker, AMalformedAttributeCostsTheRouteAndNotTheSession) {
    RawPeer peer(io);
    Node host(io, dialling_host());
    host.speaker.start();
    run_until([&] { return peer.accepted; }, "the dial");
    peer.greet();
    const std::string good = "0000 0014 40010100 4002060201 0000fde8 400304 7f000003 1a ac106440";
    const std::string bad_origin =
        "0000 0014 40010107 4002060201 0000fde8 400304 7f000003 1a ac106440";
    peer.send(encode_message(MessageType::Update, hex(good)));
    run_until([&] { return host.routes.contains(prefix("172.16.100.64/26")); }, "the route");
    peer.send(encode_message(MessageType::Update, hex(bad_origin)));
    run_until([&] { return host.routes.empty(); }, "treat-as-withdraw");
    EXPECT_TRUE(host.up());
    EXPECT_TRUE(host.logged("action=treat-as-withdraw attribute=ORIGIN"));
    EXPECT_EQ(host.speaker.sessions()[0].updates_malformed, 1U);
}

TEST_F(BgpSpeaker, AnUpdateOfManyFaultsIsAFewLinesOfLogAndCountedWhole) {
    RawPeer peer(io);
    Node host(io, dialling_host());
    host.speaker.start();
    run_until([&] { return peer.accepted; }, "the dial");
    peer.greet();
    peer.send(encode_message(
        MessageType::Update,
        hex("0000 0041 40010100 4002060201 0000fde8 400304 7f000003 400601 00 400504 00000064 "
            "800904 c0000201 800a04 c0000202 c00708 00000000 c0000201 c01106 0201 fa56ea64 "
            "1a ac106440")));
    run_until([&] { return !host.routes.empty(); }, "the route");
    EXPECT_EQ(std::count_if(host.lines.begin(),
                            host.lines.end(),
                            [](const std::string& line) {
                                return line.starts_with("bgp.update.malformed") &&
                                       line.find(" faults=6 ") != std::string::npos;
                            }),
              4);
    EXPECT_EQ(host.speaker.sessions()[0].faults.size(), 6U);
}

TEST_F(BgpSpeaker, AnUpdateThatCannotBeReadResetsTheSession) {
    RawPeer peer(io);
    Node host(io, dialling_host());
    host.speaker.start();
    run_until([&] { return peer.accepted; }, "the dial");
    peer.greet();
    run_until([&] { return host.up(); }, "Established");
    peer.send(encode_message(MessageType::Update, hex("0000 0000 21 ac106440 00")));
    EXPECT_TRUE(
        ends_with(peer.read_all(io), encode_message(MessageType::Notification, hex("030a"))));
}

// It says why and closes; what we could not write any more is not why.
TEST_F(BgpSpeaker, ThePeersLastWordsAreReadAlthoughAWriteFailedBefore) {
    RawPeer peer(io, 4096);
    Node host(io, dialling_host());
    constexpr std::uint32_t kMany = 60000;  // more than the two buffers hold
    for (std::uint32_t i = 0; i < kMany; ++i) {
        AnnounceAttributes attributes;
        attributes.med = i;
        host.speaker.announce(net::Prefix::host(net::Address::v4(0xAC100000 + i)), attributes);
    }
    host.speaker.start();
    run_until([&] { return peer.accepted; }, "the dial");
    peer.greet();
    const auto advertised = [&] { return host.speaker.sessions()[0].advertised; };
    run_until([&] { return advertised() > 0 && io.poll() == 0; }, "a write that waits");
    ASSERT_LT(advertised(), kMany);
    peer.send(encode_message(MessageType::Notification, hex("0608")));
    peer.close();
    run_until([&] { return host.flaps() == 1; }, "the end");
    EXPECT_EQ(host.speaker.sessions()[0].last_error_received, "Cease/Out of Resources");
    EXPECT_TRUE(host.logged("peer sent Cease/Out of Resources"));
}

// RFC 7313 4: what the peer has not sent of its initial table must not go with a refresh.
TEST_F(BgpSpeaker, ARefreshThatBeginsBeforeEndOfRibTakesNothingBack) {
    RawPeer peer(io);
    SpeakerConfig wanted = dialling_host();
    wanted.peers[0].graceful_restart.enabled = true;
    Node host(io, wanted);
    host.speaker.start();
    run_until([&] { return peer.accepted; }, "the dial");
    peer.greet({capability::Multiprotocol{kIpv4Unicast},
                capability::RouteRefresh{},
                capability::EnhancedRouteRefresh{},
                capability::GracefulRestart{false, false, 30, {{kIpv4Unicast, true}}}});
    const Bytes begin = encode_message(MessageType::RouteRefresh, hex("0001 01 01"));
    const Bytes end = encode_message(MessageType::RouteRefresh, hex("0001 02 01"));
    peer.send(
        encode_message(MessageType::Update,
                       hex("0000 0014 40010100 4002060201 0000fde8 400304 7f000003 1a ac106440")));
    peer.send(begin);
    peer.send(end);
    peer.send(encode_message(MessageType::Update, hex("0000 0000")));
    run_until(
        [&] {
            const auto status = host.speaker.sessions()[0];
            return status.state == State::Established && status.families[0].end_of_rib;
        },
        "End-of-RIB");
    EXPECT_TRUE(host.routes.contains(prefix("172.16.100.64/26")));
    EXPECT_EQ(host.speaker.sessions()[0].received_messages.route_refresh, 2U);
    peer.send(begin);
    peer.send(end);
    run_until([&] { return host.routes.empty(); }, "what the second one did not repeat");
}

TEST(BgpSpeakerConfig, ThatCannotBeMeantIsRefused) {
    asio::io_context io;
    SpeakerConfig wrong = host_config();
    wrong.peers[0].hold_time = std::chrono::seconds(2);
    EXPECT_THROW(Speaker(io, wrong, {}), std::invalid_argument);
    wrong = host_config();
    wrong.peers.push_back(wrong.peers[0]);
    EXPECT_THROW(Speaker(io, wrong, {}), std::invalid_argument);
    wrong = host_config();
    wrong.peers[0].local_address = address("2001:db8::1");
    EXPECT_THROW(Speaker(io, wrong, {}), std::invalid_argument);
}

}  // namespace
}  // namespace routeproof::bgp
