// What the local API asks of the server beyond dockerd's calls: long answers in pieces, large
// bodies, a group that may connect, and TCP.
#include "agent/http/server.hpp"

#include "tests/support/octet_client.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

namespace routeproof::http {
namespace {

namespace asio = boost::asio;
using test::OctetClient;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// A server on a thread of its own.
class Running {
public:
    Running(Server::Handler handler, Server::Options options)
        : server(io, std::move(handler), std::move(options)) {}
    ~Running() {
        asio::post(io, [this] {
            server.stop();
            io.stop();
        });
        if (worker_.joinable()) {
            worker_.join();
        }
    }
    void start() {
        worker_ = std::thread([this] { io.run(); });
    }

    asio::io_context io{1};
    Server server;

private:
    std::thread worker_;
};

Server::Options options() {
    Server::Options chosen;
    chosen.dialect.error = [](std::string_view sentence) { return std::string(sentence); };
    return chosen;
}

void echo_size(const Request& request, const Server::Respond& respond) {
    respond({200, std::to_string(request.body.size())});
}

Reply in_pieces() {
    Reply reply{200, "first "};
    reply.more = [n = 0](std::string& piece) mutable {
        piece += "piece" + std::to_string(n);
        return ++n < 3;
    };
    return reply;
}

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

class HttpServer : public testing::Test {
protected:
    test::TempDir folder_;
    const std::filesystem::path path_ = folder_.path() / "api.sock";
};

TEST_F(HttpServer, ALongAnswerComesInChunksAndTheConnectionIsKept) {
    Running running([](const Request&, const Server::Respond& respond) { respond(in_pieces()); },
                    options());
    ASSERT_TRUE(running.server.listen(path_));
    running.start();
    const OctetClient client(path_);
    for (int i = 0; i < 2; ++i) {
        client.send(kGet);
        const std::string reply = client.until("0\r\n\r\n");
        EXPECT_THAT(reply, HasSubstr("Transfer-Encoding: chunked\r\n"));
        EXPECT_THAT(reply,
                    EndsWith("\r\n\r\nc\r\nfirst piece0\r\n6\r\npiece1\r\n6\r\npiece2\r\n"
                             "0\r\n\r\n"));
    }
}

// RFC 9110 9.3.2. Whoever reads on as if there were a body would take the next answer for it.
TEST_F(HttpServer, HeadIsAnsweredWithoutABodyAndEndsTheConnection) {
    Running running(
        [](const Request& request, const Server::Respond& respond) {
            respond(request.path == "long" ? in_pieces() : Reply{200, "whole"});
        },
        options());
    ASSERT_TRUE(running.server.listen(path_));
    running.start();
    for (const auto* where : {"/short", "/long"}) {
        const OctetClient client(path_);
        client.send(std::string("HEAD ") + where + " HTTP/1.1\r\nHost: x\r\n\r\n");
        const std::string reply = client.rest();
        EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n")) << where;
        EXPECT_THAT(reply, HasSubstr("Connection: close\r\n")) << where;
        EXPECT_THAT(reply, EndsWith("\r\n\r\n")) << where;
        EXPECT_EQ(reply.find("\r\n\r\n"), reply.size() - 4) << where;
    }
}

// RFC 9112 7.1: chunks are of HTTP/1.1.
TEST_F(HttpServer, ALongAnswerToAnOldClientComesAsItIsAndEndsWithTheConnection) {
    Running running([](const Request&, const Server::Respond& respond) { respond(in_pieces()); },
                    options());
    ASSERT_TRUE(running.server.listen(path_));
    running.start();
    const OctetClient client(path_);
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const std::string reply = client.rest();
    EXPECT_THAT(reply, StartsWith("HTTP/1.0 200 OK\r\n"));
    EXPECT_EQ(reply.find("Transfer-Encoding"), std::string::npos) << reply;
    EXPECT_EQ(reply.find("keep-alive"), std::string::npos) << reply;
    EXPECT_THAT(reply, EndsWith("\r\n\r\nfirst piece0piece1piece2"));
}

TEST_F(HttpServer, AClientThatTakesNoPiecesHoldsNobodyElse) {
    Running running(
        [](const Request& request, const Server::Respond& respond) {
            Reply reply{200, "whole"};
            if (request.path == "endless") {
                reply.more = [](std::string& piece) {
                    piece.assign(65536, 'x');
                    return true;
                };
            }
            respond(std::move(reply));
        },
        options());
    ASSERT_TRUE(running.server.listen(path_));
    running.start();
    const OctetClient slow(path_);
    slow.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    const OctetClient quick(path_);
    for (int i = 0; i < 100; ++i) {
        quick.send(kGet);
        EXPECT_THAT(quick.until("whole"), EndsWith("\r\n\r\nwhole"));
    }
}

TEST_F(HttpServer, WhoAsksBeforeALargeBodyIsToldToGoOn) {
    auto chosen = options();
    chosen.body_limit = 32 << 20;
    Running running(echo_size, chosen);
    ASSERT_TRUE(running.server.listen(path_));
    running.start();
    const OctetClient client(path_);
    const std::string body(20 << 20, 'x');
    client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n");
    EXPECT_EQ(client.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send(body);
    EXPECT_THAT(client.until("20971520"), HasSubstr("HTTP/1.1 200 OK"));
}

TEST_F(HttpServer, TheSocketIsForItsGroupIfOneIsNamed) {
    const struct group* own = ::getgrgid(::getgid());
    ASSERT_NE(own, nullptr);
    auto chosen = options();
    chosen.permissions = {0660, own->gr_name};
    Running running(echo_size, chosen);
    ASSERT_TRUE(running.server.listen(path_));
    struct stat status {};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0660U);
    EXPECT_EQ(status.st_gid, ::getgid());
}

TEST_F(HttpServer, AGroupThatIsNotThereIsRefusedAndNoSocketIsLeft) {
    auto chosen = options();
    chosen.permissions = {0660, "no-such-group"};
    Running running(echo_size, chosen);
    const auto refused = running.server.listen(path_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what,
              "cannot listen on " + path_.string() + ": there is no group no-such-group");
    EXPECT_FALSE(std::filesystem::exists(path_));
}

// A stale socket file is replaced; this one is somebody's, though nobody can connect to it as we
// do.
TEST_F(HttpServer, ASocketOfAnotherKindThatIsInUseIsLeftAlone) {
    const int datagrams = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const sockaddr_un where = test::address_of(path_);
    ASSERT_EQ(::bind(datagrams, reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
    {
        Running running(echo_size, options());
        const auto refused = running.server.listen(path_);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().what,
                  "cannot listen on " + path_.string() +
                      ": what is there is in use: Protocol wrong type for socket");
    }
    EXPECT_TRUE(std::filesystem::exists(path_));
    ::close(datagrams);
}

TEST_F(HttpServer, AnswersOverTcpToo) {
    Running running(echo_size, options());
    const auto port = running.server.listen("127.0.0.1", 0);
    ASSERT_TRUE(port) << port.error();
    running.start();
    const OctetClient client(*port);
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_THAT(client.until("3"), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(HttpServer, ATcpPortThatIsTakenIsNamed) {
    Running running(echo_size, options());
    const auto port = running.server.listen("127.0.0.1", 0);
    ASSERT_TRUE(port);
    const auto refused = running.server.listen("127.0.0.1", *port);
    ASSERT_FALSE(refused);
    EXPECT_EQ(
        refused.error().what,
        "cannot listen on 127.0.0.1 port " + std::to_string(*port) + ": Address already in use");
}

TEST_F(HttpServer, MoreClientsThanAllowedAreClosed) {
    auto chosen = options();
    chosen.connection_limit = 1;
    Running running(echo_size, chosen);
    ASSERT_TRUE(running.server.listen(path_));
    running.start();
    const OctetClient first(path_);
    first.send(kGet);
    EXPECT_THAT(first.until("0"), EndsWith("0"));
    const OctetClient second(path_);
    EXPECT_EQ(second.rest(), "");
    first.send(kGet);
    EXPECT_THAT(first.until("0"), EndsWith("0"));
}

TEST_F(HttpServer, WhoSendsHalfARequestIsCutOffWhenPatienceEnds) {
    auto chosen = options();
    chosen.patience = std::chrono::seconds(1);
    Running running(echo_size, chosen);
    ASSERT_TRUE(running.server.listen(path_));
    running.start();
    const OctetClient client(path_);
    client.send("GET / HT");
    EXPECT_EQ(client.rest(), "");
}

}  // namespace
}  // namespace routeproof::http
