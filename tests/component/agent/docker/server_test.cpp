// The plugin's HTTP server over real unix sockets, asked as dockerd asks and as nobody should.
#include "agent/docker/plugin_http.hpp"
#include "tests/support/octet_client.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace routeproof::docker {
namespace {

namespace asio = boost::asio;
using http::Server;
using test::address_of;
using Client = test::OctetClient;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class PluginServer : public testing::Test {
protected:
    PluginServer() {
        EXPECT_TRUE(server.listen(path));
        worker = std::thread([this] { io.run(); });
    }
    ~PluginServer() override {
        asio::post(io, [this] {
            server.stop();
            io.stop();
        });
        worker.join();
    }

    /// Answers with what it got: METHOD|BODY.
    static void echo(const http::Request& request, const Server::Respond& respond) {
        respond({200, std::string(request.path) + "|" + std::string(request.body)});
    }

    std::string talk(std::string_view octets) const {
        const Client client(path);
        client.send(octets);
        client.end_of_requests();
        return client.rest();
    }

    test::TempDir folder;
    const std::filesystem::path path = folder.path() / "plugins" / "routeproof.sock";
    asio::io_context io{1};
    Server server{io, posts_only(echo), {plugin_dialect(), 64 * 1024}};
    std::thread worker;
};

TEST_F(PluginServer, AnswersDockerdsOwnWords) {
    // Letter for letter what dockerd 20.10.24 sends.
    EXPECT_THAT(
        talk("POST /Plugin.Activate HTTP/1.1\r\nHost: \r\nUser-Agent: Go-http-client/1.1\r\n"
             "Content-Length: 0\r\n"
             "Accept: application/vnd.docker.plugins.v1.2+json\r\n\r\n"),
        AllOf(StartsWith("HTTP/1.1 200 OK\r\n"),
              HasSubstr("Content-Type: application/vnd.docker.plugins.v1.2+json\r\n"),
              HasSubstr("Content-Length: 16\r\n"),
              EndsWith("\r\n\r\nPlugin.Activate|")));
}

TEST_F(PluginServer, TakesAnyHostAndContentTypeAndNone) {
    for (const char* head : {"Host: plugin.moby.localhost\r\n",
                             "Host: %2Frun%2Fdocker%2Fplugins%2Frouteproof.sock\r\n",
                             "",
                             "Content-Type: text/html\r\n",
                             "Content-Type: application/json\r\n"}) {
        EXPECT_THAT(talk(std::string("POST /A HTTP/1.1\r\n") + head +
                         "Content-Length: 2\r\nConnection: close\r\n\r\n{}"),
                    EndsWith("A|{}"))
            << head;
    }
}

TEST_F(PluginServer, RequestWithoutLengthHasAnEmptyBody) {
    EXPECT_THAT(talk("POST /A HTTP/1.1\r\nHost: x\r\n\r\n"), EndsWith("\r\n\r\nA|"));
}

TEST_F(PluginServer, ChunkedBodyIsPutTogether) {
    EXPECT_THAT(talk("POST /A HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n"),
                EndsWith("A|{\"a\":1}"));
}

TEST_F(PluginServer, PipelinedRequestsAreAnsweredInOrder) {
    const std::string all = talk(
        "POST /A HTTP/1.1\r\nContent-Length: 1\r\n\r\n1"
        "POST /B HTTP/1.1\r\nContent-Length: 1\r\n\r\n2"
        "POST /C HTTP/1.1\r\nContent-Length: 1\r\n\r\n3");
    EXPECT_LT(all.find("A|1"), all.find("B|2"));
    EXPECT_LT(all.find("B|2"), all.find("C|3"));
    EXPECT_THAT(all, EndsWith("C|3"));
}

TEST_F(PluginServer, ConnectionIsKeptForTheNextCall) {
    const Client client(path);
    for (int count = 0; count < 3; ++count) {
        client.send("POST /A HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}");
        EXPECT_THAT(client.until("A|{}"), EndsWith("A|{}"));
    }
}

TEST_F(PluginServer, RequestInManyPiecesIsOne) {
    const Client client(path);
    for (const char octet : std::string("POST /A HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")) {
        client.send(std::string_view(&octet, 1));
    }
    EXPECT_THAT(client.until("A|{}"), StartsWith("HTTP/1.1 200"));
}

TEST_F(PluginServer, HugeBodyIsRefusedWithoutBeingRead) {
    EXPECT_THAT(talk("POST /A HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"),
                AllOf(StartsWith("HTTP/1.1 413"), HasSubstr("\"Err\":\"the request is too large")));
    EXPECT_THAT(talk("POST /A HTTP/1.1\r\nX: " + std::string(100000, 'x') + "\r\n\r\n"),
                StartsWith("HTTP/1.1 413"));
}

TEST_F(PluginServer, BodyOfExactlyTheLimitPasses) {
    EXPECT_THAT(talk("POST /A HTTP/1.1\r\nContent-Length: 65536\r\n\r\n" + std::string(65536, 'x')),
                StartsWith("HTTP/1.1 200"));
}

TEST_F(PluginServer, GarbageIsRefusedWithASentenceAndEndsThatConnectionAlone) {
    const Client other(path);
    EXPECT_THAT(talk("\x16\x03\x01 hello\r\n\r\n"),
                AllOf(StartsWith("HTTP/1.1 400"), HasSubstr("\"Err\":\"the request is not HTTP")));
    EXPECT_THAT(talk("POST /A HTTP/1.1\r\nContent-Length: many\r\n\r\n"),
                StartsWith("HTTP/1.1 400"));
    other.send("POST /A HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    EXPECT_THAT(other.until("A|"), EndsWith("A|"));
}

TEST_F(PluginServer, OtherHttpMethodsAreNotAllowed) {
    EXPECT_THAT(talk("DELETE /A HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 405"));
}

TEST_F(PluginServer, ClientThatGoesAwayInMidRequestHurtsNobody) {
    {
        const Client gone(path);
        gone.send("POST /A HTTP/1.1\r\nContent-Length: 10\r\n\r\n{");
    }
    EXPECT_THAT(talk("POST /A HTTP/1.1\r\nContent-Length: 0\r\n\r\n"), EndsWith("A|"));
}

TEST_F(PluginServer, OnlyRootMayConnect) {
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(PluginServer, SecondServerIsToldThatAnotherListens) {
    asio::io_context elsewhere{1};
    Server second(elsewhere, echo, {plugin_dialect()});
    const auto refused = second.listen(path);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what,
                AllOf(HasSubstr("another process listens on " + path.string()),
                      HasSubstr("second routeproof-agent")));
    second.stop();
    EXPECT_TRUE(Client(path).connected()) << "the loser must not remove the winner's socket";
}

class PluginServerStart : public testing::Test {
protected:
    static void ignore(const http::Request&, const Server::Respond& respond) { respond({}); }

    test::TempDir folder;
    asio::io_context io{1};
    Server server{io, ignore, {plugin_dialect()}};
};

TEST_F(PluginServerStart, ServesSeveralNamesAndRemovesTheirSocketsAtTheEnd) {
    const auto own = folder.path() / "routeproof.sock";
    const auto alias = folder.path() / "calico.sock";
    ASSERT_TRUE(server.listen(own));
    ASSERT_TRUE(server.listen(alias));
    EXPECT_TRUE(Client(own).connected());
    EXPECT_TRUE(Client(alias).connected());
    server.stop();
    EXPECT_FALSE(std::filesystem::exists(own));
    EXPECT_FALSE(std::filesystem::exists(alias));
}

TEST_F(PluginServerStart, NoRequestIsHandledAfterStop) {
    const auto path = folder.path() / "routeproof.sock";
    int handled = 0;
    Server stopping(io,
                    [&](const http::Request&, const Server::Respond& respond) {
                        ++handled;
                        stopping.stop();
                        respond({});
                    },
                    {plugin_dialect()});
    ASSERT_TRUE(stopping.listen(path));
    const Client first(path);
    const Client second(path);
    for (const Client* client : {&first, &second}) {
        client->send("POST /a HTTP/1.1\r\nHost: \r\nContent-Length: 0\r\n\r\n");
    }
    io.poll();
    EXPECT_EQ(handled, 1);
}

TEST_F(PluginServerStart, ExceptionOfAHandlerIsAnAnswer) {
    const auto path = folder.path() / "routeproof.sock";
    Server throwing(
        io,
        [](const http::Request&, const Server::Respond&) { throw std::runtime_error("oh"); },
        {plugin_dialect()});
    ASSERT_TRUE(throwing.listen(path));
    const Client client(path);
    client.send("POST /a HTTP/1.1\r\nHost: \r\nContent-Length: 0\r\n\r\n");
    io.poll();
    const std::string reply = client.until("}");
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 500"));
    EXPECT_THAT(reply, HasSubstr("internal error: oh"));
}

TEST_F(PluginServerStart, StaleSocketIsReplaced) {
    const auto path = folder.path() / "routeproof.sock";
    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const sockaddr_un where = address_of(path);
    ASSERT_EQ(::bind(dead, reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
    ::close(dead);
    EXPECT_FALSE(Client(path).connected());
    ASSERT_TRUE(server.listen(path));
    EXPECT_TRUE(Client(path).connected());
}

TEST_F(PluginServerStart, FileThatIsNoSocketIsLeftAlone) {
    const auto path = folder.path() / "routeproof.sock";
    std::ofstream(path) << "precious";
    const auto refused = server.listen(path);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what, HasSubstr("exists and is not a socket"));
    EXPECT_EQ(std::filesystem::file_size(path), 8U);
}

TEST_F(PluginServerStart, SuccessorsSocketIsNotRemovedAtTheEnd) {
    const auto path = folder.path() / "routeproof.sock";
    ASSERT_TRUE(server.listen(path));
    std::filesystem::remove(path);
    std::ofstream(path) << "somebody else's";
    server.stop();
    EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(PluginServerStart, PathThatNoSocketCanHaveIsRefused) {
    const auto refused = server.listen(folder.path() / std::string(120, 'x'));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what, HasSubstr("longer than a socket's may be"));
}

}  // namespace
}  // namespace routeproof::docker
