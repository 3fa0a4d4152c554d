// Peers that are added, changed, shut down and removed while another one looks on undisturbed.
#include "tests/component/peering/node.hpp"

namespace routeproof::bgp {
namespace {

// A host with two leaves; the second one is there to be left alone.
class BgpPeers : public BgpSpeaker {
protected:
    BgpPeers() {
        SpeakerConfig wanted = host_config();
        PeerConfig second = wanted.peers[0];
        second.name = "bystander";
        second.address = address("127.0.0.4");
        wanted.peers.push_back(second);
        host = std::make_unique<Node>(io, wanted);
        leaf = std::make_unique<Node>(io, leaf_config());
        bystander = std::make_unique<Node>(io, config(65000, "127.0.0.4", 4200000100, "127.0.0.2"));
        host->speaker.start();
        leaf->speaker.start();
        bystander->speaker.start();
    }
    void come_up() {
        run_until([&] { return leaf->up() && bystander->up() && host->up(); }, "Established");
    }
    ~BgpPeers() override {
        EXPECT_EQ(bystander->established(), 1) << "the other peer was disturbed";
        EXPECT_TRUE(bystander->up());
    }
    SessionStatus status() const { return host->speaker.sessions().front(); }

    static constexpr const char* kLeaf = "127.0.0.3";
    std::unique_ptr<Node> host;
    std::unique_ptr<Node> leaf;
    std::unique_ptr<Node> bystander;
};

TEST_F(BgpPeers, APeerThatIsShutDownReadsWhyAndStaysAwayUntilItIsEnabled) {
    come_up();
    EXPECT_TRUE(host->speaker.shutdown_peer(kLeaf, "fibre is being spliced"));
    run_until([&] { return !leaf->up(); }, "the end");
    EXPECT_TRUE(
        leaf->logged(R"(peer sent Cease/Administrative Shutdown: "fibre is being spliced")"));
    EXPECT_EQ(status().held, "shut down: fibre is being spliced");
    run_until([&] { return leaf->logged("Cease/Connection Rejected"); }, "a refused return");
    EXPECT_TRUE(host->speaker.enable_peer(kLeaf));
    run_until([&] { return leaf->up() && host->up(); }, "the return");
    EXPECT_EQ(status().held, "");
    EXPECT_EQ(status().flaps, 1U);
}

TEST_F(BgpPeers, APeerThatIsResetReadsWhyAndComesBack) {
    come_up();
    EXPECT_TRUE(host->speaker.reset_peer(kLeaf, "try again"));
    // Before both dial again: their connections may collide, which is another Cease.
    run_until([&] { return !leaf->up(); }, "the end");
    EXPECT_EQ(leaf->speaker.sessions()[0].last_error_received,
              R"(Cease/Administrative Reset: "try again")");
    EXPECT_EQ(status().last_error_sent, R"(Cease/Administrative Reset: "try again")");
    run_until([&] { return leaf->established() == 2 && host->up(); }, "the second session");
    EXPECT_TRUE(leaf->logged(R"(Cease/Administrative Reset: "try again")"));
}

TEST_F(BgpPeers, NamesThatNobodyBearsAreSaidToBeNobodys) {
    come_up();
    EXPECT_FALSE(host->speaker.reset_peer("192.0.2.1"));
    EXPECT_FALSE(host->speaker.remove_peer("192.0.2.1"));
    EXPECT_THROW(host->speaker.add_peer(host_config().peers[0]), std::invalid_argument);
}

TEST_F(BgpPeers, AChangedPolicyWorksInFlight) {
    come_up();
    host->speaker.announce(kBlock);
    run_until([&] { return leaf->routes.contains(kBlock); }, "the prefix");
    PeerConfig changed = host_config().peers[0];
    changed.name = "renamed";
    changed.export_policy = Policy();  // nothing
    EXPECT_TRUE(host->speaker.change_peer(changed));
    run_until([&] { return leaf->routes.empty(); }, "the withdrawal");
    EXPECT_EQ(leaf->established(), 1);
    EXPECT_EQ(status().name, "renamed");
    EXPECT_TRUE(bystander->routes.contains(kBlock));
}

TEST_F(BgpPeers, AChangedOpenMakesTheSessionAnewAndSaysWhichFieldsDidIt) {
    come_up();
    PeerConfig changed = host_config().peers[0];
    changed.hold_time = std::chrono::seconds(6);
    EXPECT_TRUE(host->speaker.change_peer(changed));
    run_until([&] { return leaf->established() == 2 && host->up(); }, "the second session");
    EXPECT_TRUE(host->logged("bgp.peer.changed peer=127.0.0.3 name=peer fields=hold time"));
    EXPECT_TRUE(leaf->logged("Cease/Other Configuration Change"));
    EXPECT_EQ(status().hold_time, std::chrono::seconds(6));
}

TEST_F(BgpPeers, APeerIsRemovedAndAddedAgain) {
    come_up();
    host->speaker.announce(kBlock);
    run_until([&] { return leaf->routes.contains(kBlock); }, "the prefix");
    EXPECT_TRUE(host->speaker.remove_peer(kLeaf));
    EXPECT_EQ(host->speaker.sessions().size(), 1U);
    run_until([&] { return leaf->routes.empty(); }, "the loss");
    EXPECT_TRUE(leaf->logged("Cease/Peer De-configured"));
    host->speaker.add_peer(host_config().peers[0]);
    run_until([&] { return leaf->routes.contains(kBlock); }, "the prefix again");
}

TEST_F(BgpPeers, ACallbackMayRemoveThePeerThatItIsAbout) {
    come_up();
    leaf->speaker.reset_peer("127.0.0.2", "and do not come back");
    run_until([&] { return host->logged("and do not come back"); }, "the end");
    host->on_session = [this](const SessionStatus& status) {
        if (status.peer == address(kLeaf)) {
            host->speaker.remove_peer(kLeaf);
        }
    };
    run_until([&] { return host->speaker.sessions().size() == 1; }, "its removal");
}

TEST_F(BgpPeers, ACallbackMayResetThePeerThatItIsAbout) {
    bool once = false;
    host->on_session = [this, &once](const SessionStatus& status) {
        if (status.peer == address(kLeaf) && status.state == State::Established && !once) {
            once = true;
            host->speaker.reset_peer(kLeaf, "changed my mind");
        }
    };
    run_until([&] { return leaf->established() == 2 && host->up() && bystander->up(); },
              "the second session");
    EXPECT_TRUE(leaf->logged("changed my mind"));
}

TEST_F(BgpPeers, TooManyPrefixesCloseTheSessionForAsLongAsConfigured) {
    come_up();
    PeerConfig limited = host_config().peers[0];
    limited.max_prefix[kIpv4Unicast] = {3, 80, std::chrono::seconds(1)};
    EXPECT_TRUE(host->speaker.change_peer(limited));
    for (std::uint32_t i = 0; i < 4; ++i) {
        leaf->speaker.announce(net::Prefix::host(net::Address::v4(0xAC100000 + i)));
    }
    run_until([&] { return leaf->logged("Cease/Maximum Number of Prefixes Reached"); }, "the end");
    EXPECT_TRUE(host->logged("bgp.prefix_limit.exceeded peer=127.0.0.3"));
    EXPECT_EQ(status().held, "it sent more than 3 prefixes of ipv4-unicast");
    EXPECT_TRUE(host->routes.empty());
    leaf->speaker.withdraw(net::Prefix::host(net::Address::v4(0xAC100000)));
    run_until([&] { return host->routes.size() == 3 && host->up(); }, "the return");
}

// Such a session is gone for good while its UPDATE is still being handled.
TEST_F(BgpPeers, TooManyPrefixesCloseASessionThatThePeerDialledToo) {
    come_up();
    PeerConfig limited = host_config().peers[0];
    limited.passive = true;
    limited.max_prefix[kIpv4Unicast] = {3, 80, std::chrono::seconds(0)};
    EXPECT_TRUE(host->speaker.change_peer(limited));
    run_until([&] { return leaf->established() == 2 && host->up(); }, "the leaf's own session");
    const auto up = std::find_if(host->lines.rbegin(), host->lines.rend(), [](const auto& line) {
        return line.starts_with("bgp.session.up peer=127.0.0.3");
    });
    ASSERT_NE(up, host->lines.rend());
    EXPECT_TRUE(up->ends_with("initiated=peer")) << *up;
    for (std::uint32_t i = 0; i < 4; ++i) {
        leaf->speaker.announce(net::Prefix::host(net::Address::v4(0xAC100000 + i)));
    }
    run_until([&] { return leaf->logged("Cease/Maximum Number of Prefixes Reached"); }, "the end");
    EXPECT_EQ(status().held, "it sent more than 3 prefixes of ipv4-unicast");
    EXPECT_TRUE(host->routes.empty());
    EXPECT_TRUE(host->speaker.enable_peer(kLeaf));
    leaf->speaker.withdraw(net::Prefix::host(net::Address::v4(0xAC100000)));
    run_until([&] { return host->routes.size() == 3 && host->up(); }, "the return");
}

TEST_F(BgpPeers, BfdDownEndsTheSessionOnlyIfItWasUpInIt) {
    come_up();
    host->speaker.set_bfd_state(kLeaf, BfdState::Down);
    host->speaker.set_bfd_state(kLeaf, BfdState::AdminDown);
    EXPECT_TRUE(host->up());
    host->speaker.set_bfd_state(kLeaf, BfdState::Up);
    host->speaker.set_bfd_state(kLeaf, BfdState::AdminDown);
    EXPECT_TRUE(host->up());
    host->speaker.set_bfd_state(kLeaf, BfdState::Down);
    EXPECT_FALSE(host->up());
    run_until([&] { return leaf->logged("peer sent Cease/BFD Down"); }, "the reason");
}

TEST_F(BgpPeers, DrainingSaysGracefulShutdownOnEverythingAndTakesItBack) {
    come_up();
    host->speaker.announce(kBlock);
    run_until([&] { return leaf->routes.contains(kBlock); }, "the prefix");
    const auto updates = [&] { return leaf->speaker.sessions()[0].updates_received; };
    const auto before = updates();
    host->speaker.drain(true);
    EXPECT_TRUE(host->speaker.draining());
    EXPECT_TRUE(status().draining);
    run_until([&] { return updates() == before + 1; }, "the same prefix with the community");
    host->speaker.drain(false);
    run_until([&] { return updates() == before + 2; }, "the same prefix without");
}

TEST_F(BgpPeers, ARefreshIsAnsweredWithEverything) {
    come_up();
    leaf->speaker.announce(kBlock);
    run_until([&] { return host->routes.contains(kBlock); }, "the prefix");
    EXPECT_TRUE(host->speaker.refresh_peer(kLeaf));
    // BoRR, the table, EoRR (RFC 7313), and the request itself on the other side.
    run_until([&] { return status().received_messages.route_refresh == 2; }, "both marks");
    EXPECT_GE(leaf->speaker.sessions()[0].received_messages.route_refresh, 1U);
    EXPECT_TRUE(host->routes.contains(kBlock));
}

}  // namespace
}  // namespace routeproof::bgp
