// What the BFD process is told of peers that are found, change and go.
#include "agent/app/bfd_link.hpp"

#include "tests/support/bfd_server.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

namespace routeproof::agent {
namespace {

using bfd::Request;
using bfd::request::Set;

class BfdLinkTest : public testing::Test {
protected:
    BfdLinkTest() {
        speaker_.asn = net::Asn(65100);
        speaker_.router_id = net::RouterId(1);
        bgp::PeerConfig peer;
        peer.interface = "eth1";
        peer.any_external_asn = true;
        peer.bfd.emplace();
        speaker_.peers = {peer};
    }
    void expect_request(const Request& wanted) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (server_.heard.empty() || server_.heard.back() != wanted) {
            ASSERT_LT(std::chrono::steady_clock::now(), end)
                << "waited in vain for " << bfd::encode(wanted);
            io_.run_one_for(std::chrono::milliseconds(50));
        }
    }
    static Set one(const char* peer, const char* local, bfd::Timing timing = {}) {
        return {{{{net::Address::parse(peer).value(), net::Address::parse(local).value(), "eth1"},
                  timing}}};
    }
    static bgp::SessionStatus found(const char* peer, const char* local) {
        bgp::SessionStatus status;
        status.key = "eth1";
        status.peer = net::Address::parse(peer).value();
        status.local_address = net::Address::parse(local).value();
        return status;
    }

    test::TempDir folder_;
    boost::asio::io_context io_{1};
    bgp::SpeakerConfig speaker_;
    test::BfdServer server_{io_, folder_.path() / "bfd.sock"};
};

TEST_F(BfdLinkTest, AnUnnumberedPeerIsWatchedWhereItWasFoundAlsoAfterAChange) {
    bgp::Speaker speaker(io_, speaker_, {});
    BfdLink link(io_,
                 speaker,
                 folder_.path() / "bfd.sock",
                 [](log::Severity, std::string_view, const log::Fields&) {});
    link.start(speaker_.peers);
    expect_request(Set{});
    link.session_changed(found("fe80::1", "fe80::2"));
    expect_request(one("fe80::1", "fe80::2"));
    link.session_changed(found("fe80::1", "fe80::3"));
    expect_request(one("fe80::1", "fe80::3"));

    bgp::PeerConfig changed = speaker_.peers[0];
    changed.bfd->interval = std::chrono::milliseconds(100);
    link.peer_changed("eth1", &changed);
    const bfd::Timing quicker{std::chrono::milliseconds(100),
                              static_cast<std::uint8_t>(changed.bfd->multiplier)};
    expect_request(one("fe80::1", "fe80::3", quicker));
    const auto requests = server_.heard.size();
    link.session_changed(found("fe80::1", "fe80::3"));  // no news
    link.peer_changed("eth1", nullptr);
    expect_request(Set{});
    EXPECT_EQ(server_.heard.size(), requests + 1);
}

}  // namespace
}  // namespace routeproof::agent
