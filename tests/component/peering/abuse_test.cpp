// Peers and strangers that behave badly, while another session must not notice.
#include "agent/peering/wire/header.hpp"
#include "agent/peering/wire/open.hpp"
#include "tests/component/peering/node.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace routeproof::bgp {
namespace {

namespace asio = boost::asio;

// The host has a good leaf and a peer at 127.0.0.66 that a test plays.
class BgpAbuse : public BgpSpeaker {
protected:
    BgpAbuse() {
        SpeakerConfig wanted = host_config();
        PeerConfig bad = wanted.peers[0];
        bad.name = "bad";
        bad.address = address("127.0.0.66");
        bad.asn = net::Asn(65066);
        bad.passive = true;
        wanted.peers.push_back(bad);
        host = std::make_unique<Node>(io, wanted);
        leaf = std::make_unique<Node>(io, leaf_config());
        host->speaker.start();
        leaf->speaker.start();
    }
    ~BgpAbuse() override {
        EXPECT_EQ(leaf->established(), 1) << "the good session was disturbed";
        EXPECT_TRUE(leaf->up());
    }
    void come_up() {
        run_until([&] { return host->up() && leaf->up(); }, "Established");
    }
    asio::ip::tcp::socket dial(const char* from) {
        asio::ip::tcp::socket socket(io);
        socket.open(asio::ip::tcp::v4());
        socket.set_option(asio::socket_base::linger(true, 0));
        socket.bind({asio::ip::make_address_v4(from), 0});
        boost::system::error_code error;
        socket.connect({asio::ip::make_address_v4("127.0.0.2"), port()}, error);
        return socket;
    }
    // The good session still works, end to end.
    void expect_service() {
        host->speaker.announce(kBlock);
        run_until([&] { return leaf->routes.contains(kBlock); }, "the good leaf's prefix");
    }
    SessionStatus bad() const { return host->speaker.sessions()[1]; }

    std::unique_ptr<Node> host;
    std::unique_ptr<Node> leaf;
};

TEST_F(BgpAbuse, TenThousandConnectionsOfAStrangerCostSomeLinesOfLog) {
    come_up();
    const auto lines = host->lines.size();
    for (int i = 0; i < 10000; ++i) {
        dial("127.0.0.77");
        io.poll();
    }
    expect_service();
    EXPECT_LE(host->lines.size(), lines + 40);
}

TEST_F(BgpAbuse, TenThousandConnectionsOfAPeerCostSomeLinesOfLog) {
    come_up();
    const auto lines = host->lines.size();
    for (int i = 0; i < 10000; ++i) {
        dial("127.0.0.66");
        io.poll();
    }
    expect_service();
    EXPECT_LE(host->lines.size(), lines + 80);
}

TEST_F(BgpAbuse, OneOctetAtATimeIsAConnectionLikeAnyOther) {
    come_up();
    auto socket = dial("127.0.0.66");
    OpenMessage open;
    open.my_as = net::Asn(65066);
    open.hold_time = 90;
    open.bgp_identifier = net::RouterId(66);
    Bytes octets = encode_message(MessageType::Open, encode_body(open));
    const Bytes keepalive = encode_message(MessageType::Keepalive);
    octets.insert(octets.end(), keepalive.begin(), keepalive.end());
    for (const std::uint8_t octet : octets) {
        asio::write(socket, asio::buffer(&octet, 1));
        io.poll();
    }
    run_until([&] { return bad().state == State::Established; }, "Established");
    expect_service();
}

TEST_F(BgpAbuse, HalfAMessageThenSilenceHoldsNobodyUp) {
    come_up();
    auto socket = dial("127.0.0.66");
    const Bytes keepalive = encode_message(MessageType::Keepalive);
    asio::write(socket, asio::buffer(keepalive, 10));
    run_until([&] { return bad().state == State::OpenSent; }, "OpenSent");
    expect_service();
    EXPECT_EQ(bad().state, State::OpenSent);
}

TEST_F(BgpAbuse, GarbageIsAnsweredAndThePeerMayNotComeBackAtOnce) {
    come_up();
    auto socket = dial("127.0.0.66");
    asio::write(socket, asio::buffer(Bytes(4096, 0x42)));
    run_until(
        [&] { return bad().last_error_sent == "Message Header Error/Connection Not Synchronized"; },
        "the answer");
    expect_service();
}

// RFC 9687: its receive buffer is full and it never reads again.
TEST_F(BgpAbuse, APeerThatReadsNothingIsGivenUpAfterTheSendHoldTime) {
    SpeakerConfig wanted = config(65000, "127.0.0.8", 65067, "127.0.0.67");
    wanted.retry.send_hold_min = std::chrono::milliseconds(500);
    wanted.peers[0].hold_time = std::chrono::seconds(0);
    wanted.peers[0].passive = true;
    Node sender(io, wanted);
    for (std::uint32_t i = 0; i < 60000; ++i) {  // more than the two buffers hold
        AnnounceAttributes attributes;
        attributes.med = i;
        sender.speaker.announce(net::Prefix::host(net::Address::v4(0xAC100000 + i)), attributes);
    }
    sender.speaker.start();
    asio::ip::tcp::socket socket(io);
    run_until(
        [&] {
            boost::system::error_code error;
            socket.close(error);
            socket.open(asio::ip::tcp::v4());
            socket.set_option(asio::socket_base::receive_buffer_size(4096));
            socket.bind({asio::ip::make_address_v4("127.0.0.67"), 0});
            socket.connect({asio::ip::make_address_v4("127.0.0.8"), port()}, error);
            return !error;
        },
        "the listener");
    OpenMessage open;
    open.my_as = net::Asn(65067);
    open.bgp_identifier = net::RouterId(67);
    asio::write(socket, asio::buffer(encode_message(MessageType::Open, encode_body(open))));
    asio::write(socket, asio::buffer(encode_message(MessageType::Keepalive)));
    run_until([&] { return sender.logged("we sent Send Hold Timer Expired"); }, "the verdict");
    come_up();
    expect_service();
}

}  // namespace
}  // namespace routeproof::bgp
