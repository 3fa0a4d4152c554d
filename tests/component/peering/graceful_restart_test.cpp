// Graceful restart (RFC 4724, RFC 8538) between two speakers, each side once.
#include "agent/peering/wire/header.hpp"
#include "agent/peering/wire/open.hpp"
#include "tests/component/peering/node.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace routeproof::bgp {
namespace {

class BgpGracefulRestart : public BgpSpeaker {
protected:
    static SpeakerConfig graceful(SpeakerConfig config) {
        config.peers[0].graceful_restart.enabled = true;
        config.peers[0].graceful_restart.restart_time = std::chrono::seconds(30);
        return config;
    }
    static SpeakerConfig restarted(SpeakerConfig config, bool forwarding_preserved = true) {
        config.restarting = true;
        config.forwarding_preserved = forwarding_preserved;
        return config;
    }
    void start(const SpeakerConfig& host_wants, const SpeakerConfig& leaf_wants) {
        leaf = std::make_unique<Node>(io, leaf_wants);
        leaf->speaker.start();
        start_host(host_wants);
        run_until([&] { return leaf->routes.contains(kBlock) && host->up(); }, "the prefix");
    }
    void start_host(const SpeakerConfig& wanted) {
        host = std::make_unique<Node>(io, wanted);
        host->speaker.announce(kBlock);
        host->speaker.start();
    }
    void end_host() {
        host->speaker.stop(StopMode::Restart);
        run_until([&] { return !leaf->up(); }, "the end");
    }
    FamilyStatus at_leaf() const { return leaf->speaker.sessions()[0].families[0]; }

    std::unique_ptr<Node> host;
    std::unique_ptr<Node> leaf;
};

TEST_F(BgpGracefulRestart, RoutesStayWhileTheHostIsAwayAndAreNeverReportedLost) {
    start(graceful(host_config()), graceful(leaf_config()));
    end_host();
    EXPECT_TRUE(leaf->routes.contains(kBlock));
    EXPECT_EQ(at_leaf().stale, 1U);
    EXPECT_TRUE(leaf->speaker.sessions()[0].restart.has_value());
    EXPECT_FALSE(leaf->logged("bgp.notification.received"));
    leaf->on_route = [this](const net::Prefix&) {
        EXPECT_TRUE(leaf->routes.contains(kBlock)) << "the prefix was gone for a moment";
    };
    start_host(restarted(graceful(host_config())));
    run_until([&] { return at_leaf().end_of_rib; }, "End-of-RIB");
    EXPECT_TRUE(leaf->routes.contains(kBlock));
    EXPECT_EQ(at_leaf().stale, 0U);
    EXPECT_FALSE(leaf->speaker.sessions()[0].restart.has_value());
    EXPECT_TRUE(leaf->speaker.sessions()[0].negotiated->graceful_restart->restarting);
}

TEST_F(BgpGracefulRestart, WhatTheHostDoesNotSayAgainGoesWithEndOfRib) {
    const net::Prefix other = prefix("172.16.200.0/24");
    start(graceful(host_config()), graceful(leaf_config()));
    host->speaker.announce(other);
    run_until([&] { return leaf->routes.contains(other); }, "the other prefix");
    end_host();
    EXPECT_TRUE(leaf->routes.contains(other));
    start_host(restarted(graceful(host_config())));
    run_until([&] { return !leaf->routes.contains(other); }, "its end");
    EXPECT_TRUE(leaf->routes.contains(kBlock));
}

TEST_F(BgpGracefulRestart, AHostThatLostItsForwardingStateLosesItsStaleRoutesAtOnce) {
    start(graceful(host_config()), graceful(leaf_config()));
    end_host();
    bool gone = false;
    leaf->on_route = [&](const net::Prefix&) { gone = gone || !leaf->routes.contains(kBlock); };
    start_host(restarted(graceful(host_config()), false));
    run_until([&] { return gone && leaf->routes.contains(kBlock); }, "the loss and the return");
}

TEST_F(BgpGracefulRestart, AHostThatDoesNotComeBackIsForgottenAfterItsTime) {
    SpeakerConfig leaf_wants = graceful(leaf_config());
    leaf_wants.peers[0].graceful_restart.stale_time = std::chrono::seconds(1);
    start(graceful(host_config()), leaf_wants);
    end_host();
    EXPECT_TRUE(leaf->routes.contains(kBlock));
    run_until([&] { return leaf->routes.empty(); }, "the end of its time");
    EXPECT_TRUE(leaf->logged("bgp.restart.over peer=127.0.0.2 name=peer reason=its restart time"));
}

TEST_F(BgpGracefulRestart, WithoutItRoutesGoWithTheSession) {
    start(host_config(), graceful(leaf_config()));
    end_host();
    EXPECT_TRUE(leaf->routes.empty());
}

TEST_F(BgpGracefulRestart, LeavingIsMeantForGoodAlthoughBothKnowRfc8538) {
    start(graceful(host_config()), graceful(leaf_config()));
    host->speaker.stop(StopMode::Leave, "bye");
    run_until([&] { return !leaf->up(); }, "the end");
    EXPECT_TRUE(leaf->logged(R"(Cease/Hard Reset (Cease/Administrative Shutdown): "bye")"));
    EXPECT_TRUE(leaf->routes.empty());
}

TEST_F(BgpGracefulRestart, ANotificationThatIsNoHardResetKeepsTheRoutes) {
    start(graceful(host_config()), graceful(leaf_config()));
    host->speaker.reset_peer("127.0.0.3");
    run_until([&] { return leaf->flaps() == 1; }, "the end");
    EXPECT_TRUE(leaf->routes.contains(kBlock));
    EXPECT_TRUE(leaf->logged("bgp.restart.helping"));
}

TEST_F(BgpGracefulRestart, BfdThatSurvivesTheRestartTellsADeadHost) {
    start(graceful(host_config()), graceful(leaf_config()));
    end_host();
    leaf->speaker.set_bfd_state("127.0.0.2", BfdState::Down);
    EXPECT_TRUE(leaf->routes.contains(kBlock)) << "without the C bit that says nothing";
    leaf->speaker.set_bfd_state("127.0.0.2", BfdState::Down, true);
    EXPECT_TRUE(leaf->routes.empty());
}

// RFC 4724 4.2: the host lost power, its last words are still in flight, and it dials anew.
TEST_F(BgpGracefulRestart, ANewConnectionBesideOneThatStandsMeansThatThePeerCameBack) {
    SpeakerConfig leaf_wants = graceful(leaf_config());
    leaf_wants.peers[0].passive = true;
    leaf = std::make_unique<Node>(io, leaf_wants);
    leaf->speaker.start();
    const auto dial = [this] {
        boost::asio::ip::tcp::socket socket(io);
        run_until(
            [&] {
                boost::system::error_code error;
                socket.close(error);
                socket.open(boost::asio::ip::tcp::v4());
                socket.bind({boost::asio::ip::make_address_v4("127.0.0.2"), 0});
                socket.connect({boost::asio::ip::make_address_v4("127.0.0.3"), port()}, error);
                return !error;
            },
            "the listener");
        OpenMessage open;
        open.my_as = net::kAsTrans;
        open.hold_time = 90;
        open.bgp_identifier = net::RouterId(2);
        open.capabilities = {capability::Multiprotocol{kIpv4Unicast},
                             capability::GracefulRestart{false, false, 30, {{kIpv4Unicast, true}}},
                             capability::FourOctetAs{net::Asn(4200000100)}};
        boost::asio::write(
            socket, boost::asio::buffer(encode_message(MessageType::Open, encode_body(open))));
        boost::asio::write(socket, boost::asio::buffer(encode_message(MessageType::Keepalive)));
        return socket;
    };
    auto first = dial();
    boost::asio::write(
        first,
        boost::asio::buffer(encode_message(
            MessageType::Update,
            hex("0000 0014 40010100 4002060201 fa56ea64 400304 7f000002 1a ac106400"))));
    run_until([&] { return leaf->routes.contains(kBlock); }, "the route");
    const auto old_enough = [&] {
        return leaf->speaker.sessions()[0].uptime >= std::chrono::seconds(2);
    };
    run_until(old_enough, "a session that is no collision any more");
    const auto second = dial();
    run_until([&] { return leaf->established() == 2; }, "the second session");
    EXPECT_TRUE(leaf->logged("it restarted and opened a new connection"));
    EXPECT_TRUE(leaf->routes.contains(kBlock));
    EXPECT_EQ(at_leaf().stale, 1U);
}

}  // namespace
}  // namespace routeproof::bgp
