// What the kernel is asked for: TCP MD5, TTLs, and what happens when the two sides disagree.
#include "tests/component/peering/node.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

namespace routeproof::bgp {
namespace {

class BgpTransport : public BgpSpeaker {
protected:
    void start_both(const SpeakerConfig& host_wants, const SpeakerConfig& leaf_wants) {
        host = std::make_unique<Node>(io, host_wants);
        leaf = std::make_unique<Node>(io, leaf_wants);
        host->speaker.start();
        leaf->speaker.start();
    }
    bool both_up() const { return host->up() && leaf->up(); }

    std::unique_ptr<Node> host;
    std::unique_ptr<Node> leaf;
};

SpeakerConfig with_password(SpeakerConfig config, const char* password) {
    config.peers[0].password = Secret(password);
    return config;
}

SpeakerConfig only_dialling(SpeakerConfig config) {
    config.listen_port = 0;
    return config;
}

SpeakerConfig only_listening(SpeakerConfig config) {
    config.peers[0].passive = true;
    return config;
}

// Of each connection of this process from or to that port.
std::vector<int> types_of_service(std::uint16_t of_port) {
    std::vector<int> found;
    for (int fd = 0; fd < 1024; ++fd) {
        sockaddr_in ends[2]{};
        socklen_t size = sizeof ends[0];
        int tos = 0;
        socklen_t tos_size = sizeof tos;
        if (::getsockname(fd, reinterpret_cast<sockaddr*>(&ends[0]), &size) == 0 &&
            ::getpeername(fd, reinterpret_cast<sockaddr*>(&ends[1]), &size) == 0 &&
            ends[0].sin_family == AF_INET &&
            (ntohs(ends[0].sin_port) == of_port || ntohs(ends[1].sin_port) == of_port) &&
            ::getsockopt(fd, IPPROTO_IP, IP_TOS, &tos, &tos_size) == 0) {
            found.push_back(tos);
        }
    }
    return found;
}

// RFC 4271 appendix E.
TEST_F(BgpTransport, ItsPacketsHaveTheirPrecedenceWhoeverDials) {
    start_both(only_dialling(host_config()), only_listening(leaf_config()));
    run_until([&] { return both_up(); }, "Established");
    constexpr int kInternetworkControl = 0xC0;
    EXPECT_EQ(types_of_service(port()), (std::vector{kInternetworkControl, kInternetworkControl}));
}

TEST_F(BgpTransport, WithTheSamePasswordASessionComesUpWhoeverDials) {
    start_both(only_dialling(with_password(host_config(), "not too long")),
               only_listening(with_password(leaf_config(), "not too long")));
    run_until([&] { return both_up(); }, "Established, dialled by the host");
    start_both(only_listening(with_password(host_config(), "not too long")),
               only_dialling(with_password(leaf_config(), "not too long")));
    run_until([&] { return both_up(); }, "Established, dialled by the leaf");
}

TEST_F(BgpTransport, WithAnotherPasswordNobodyAnswersAndThatIsSaid) {
    start_both(only_dialling(with_password(host_config(), "right")),
               only_listening(with_password(leaf_config(), "wrong")));
    run_until([&] { return host->logged("no answer to our SYN"); }, "the complaint");
    EXPECT_EQ(leaf->established(), 0);
}

TEST_F(BgpTransport, APeerThatDoesNotSignIsNotLetIn) {
    start_both(only_dialling(host_config()), only_listening(with_password(leaf_config(), "right")));
    run_until([&] { return host->logged("no answer to our SYN"); }, "the complaint");
    EXPECT_EQ(leaf->established(), 0);
}

TEST_F(BgpTransport, APasswordNeverShowsInTheLog) {
    start_both(with_password(host_config(), "hunter2hunter2"),
               with_password(leaf_config(), "hunter2hunter2"));
    run_until([&] { return both_up(); }, "Established");
    auto changed = with_password(host_config(), "another-secret").peers[0];
    host->speaker.change_peer(changed);
    run_until([&] { return leaf->logged("Other Configuration Change"); }, "the reason");
    EXPECT_TRUE(host->logged("bgp.peer.changed peer=127.0.0.3 name=peer fields=password"));
    EXPECT_FALSE(host->logged("hunter2"));
    EXPECT_FALSE(host->logged("another-secret"));
}

TEST_F(BgpTransport, APasswordThatIsTakenAwayIsGoneFromTheListenerToo) {
    start_both(only_dialling(host_config()), only_listening(with_password(leaf_config(), "old")));
    run_until([&] { return host->logged("no answer to our SYN"); }, "the complaint");
    leaf->speaker.change_peer(only_listening(leaf_config()).peers[0]);
    run_until([&] { return both_up(); }, "Established without a password");
}

TEST_F(BgpTransport, GtsmOnBothSidesComesUp) {
    SpeakerConfig host_wants = only_dialling(host_config());
    SpeakerConfig leaf_wants = only_listening(leaf_config());
    host_wants.peers[0].ttl_security_hops = 1;
    leaf_wants.peers[0].ttl_security_hops = 1;
    start_both(host_wants, leaf_wants);
    run_until([&] { return both_up(); }, "Established");
}

TEST_F(BgpTransport, GtsmKeepsOutWhatComesWithALowTtl) {
    SpeakerConfig leaf_wants = only_listening(leaf_config());
    leaf_wants.peers[0].ttl_security_hops = 1;
    start_both(only_dialling(host_config()), leaf_wants);  // the host sends with TTL 1
    run_until([&] { return host->logged("no answer to our SYN"); }, "the complaint");
    EXPECT_EQ(leaf->established(), 0);
}

TEST_F(BgpTransport, GtsmHoldsForItsPeerAlthoughAnotherBehindTheSameListenerHasNone) {
    SpeakerConfig leaf_wants = only_listening(leaf_config());
    leaf_wants.peers[0].ttl_security_hops = 1;
    PeerConfig unguarded = leaf_wants.peers[0];
    unguarded.address = address("127.0.0.9");
    unguarded.ttl_security_hops.reset();
    leaf_wants.peers.push_back(unguarded);
    start_both(only_dialling(host_config()), leaf_wants);
    run_until([&] { return leaf->logged("it came from too far away"); }, "the refusal");
    EXPECT_EQ(leaf->established(), 0);
}

TEST_F(BgpTransport, OneSessionCarriesBothFamilies) {
    SpeakerConfig host_wants = host_config();
    SpeakerConfig leaf_wants = leaf_config();
    for (SpeakerConfig* config : {&host_wants, &leaf_wants}) {
        config->import = Policy::accept_all();
        config->peers[0].families = {kIpv4Unicast, kIpv6Unicast};
    }
    host_wants.peers[0].next_hop_v6 = address("2001:db8::1");
    start_both(host_wants, leaf_wants);
    const net::Prefix six = prefix("2001:db8:1::/48");
    host->speaker.announce(six);
    host->speaker.announce(kBlock);
    run_until([&] { return leaf->routes.contains(six) && leaf->routes.contains(kBlock); },
              "both prefixes");
    EXPECT_EQ(leaf->routes[six], std::vector{address("2001:db8::1")});
    EXPECT_EQ(leaf->speaker.sessions()[0].families.size(), 2U);
}

}  // namespace
}  // namespace routeproof::bgp
