// The client of dockerd's API against a stand-in that speaks prepared octets.
#include "agent/docker/api_client.hpp"

#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::docker {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;

/// Accepts one connection, reads a request head, sends `reply` and closes (or keeps silent).
class StandIn {
public:
    StandIn(asio::io_context& io, const std::filesystem::path& path, std::string reply)
        : acceptor_(io, asio::local::stream_protocol::endpoint(path.string())),
          socket_(io),
          reply_(std::move(reply)) {
        acceptor_.async_accept(socket_, [this](boost::system::error_code why) {
            if (!why) {
                read();
            }
        });
    }

    const std::string& request() const { return request_; }

private:
    void read() {
        asio::async_read_until(socket_,
                               asio::dynamic_buffer(request_),
                               "\r\n\r\n",
                               [this](boost::system::error_code why, std::size_t) {
                                   if (!why && !reply_.empty()) {
                                       asio::write(socket_, asio::buffer(reply_), why);
                                       socket_.close();
                                   }
                               });
    }

    asio::local::stream_protocol::acceptor acceptor_;
    asio::local::stream_protocol::socket socket_;
    std::string request_;
    std::string reply_;
};

class DockerApiClient : public testing::Test {
protected:
    Answer<NetworkInfo> ask(std::chrono::milliseconds limit = std::chrono::seconds(5)) {
        ApiClient client(io, path, limit);
        std::optional<Answer<NetworkInfo>> answer;
        client.network("cafe01", [this, &answer](Answer<NetworkInfo> got) {
            answer = std::move(got);
            io.stop();
        });
        io.run();
        return answer.value();
    }

    test::TempDir folder;
    const std::filesystem::path path = folder.path() / "docker.sock";
    asio::io_context io{1};
};

TEST_F(DockerApiClient, LearnsTheNamesOfANetwork) {
    const std::string body =
        R"({"Name":"demo","Id":"cafe01","Containers":{"ep-aaaaaaaaaaaa":{"Name":"demo1",)"
        R"("EndpointID":"aaaaaaaaaaaa","IPv4Address":"172.16.100.1/32"}}})";
    StandIn dockerd(io,
                    path,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n" + body);
    const auto info = ask();
    ASSERT_TRUE(info) << info.error();
    EXPECT_EQ(info->name, "demo");
    EXPECT_EQ(info->endpoints.at("aaaaaaaaaaaa").container, "demo1");
    EXPECT_THAT(dockerd.request(), testing::StartsWith("GET /networks/cafe01 HTTP/1.1\r\n"));
}

TEST_F(DockerApiClient, DockerdThatIsNotThereIsASentence) {
    const auto info = ask();
    ASSERT_FALSE(info);
    EXPECT_THAT(info.error().sentence,
                HasSubstr("dockerd cannot be asked on " + path.string() + ": No such file"));
}

TEST_F(DockerApiClient, StatusOtherThanOkIsTold) {
    StandIn dockerd(io, path, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}");
    const auto info = ask();
    ASSERT_FALSE(info);
    EXPECT_EQ(info.error().sentence, "dockerd answered 404 to GET /networks/cafe01");
}

TEST_F(DockerApiClient, AnswerThatBreaksOffOrIsGarbageIsRefused) {
    for (const char* reply : {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Id\"",
                              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                              "SSH-2.0-OpenSSH_9.2\r\n"}) {
        std::filesystem::remove(path);
        StandIn dockerd(io, path, reply);
        EXPECT_FALSE(ask()) << reply;
        io.restart();
    }
}

TEST_F(DockerApiClient, DockerdThatNeverAnswersEndsAtTheTimeLimit) {
    StandIn dockerd(io, path, "");
    const auto info = ask(std::chrono::milliseconds(20));
    ASSERT_FALSE(info);
    EXPECT_THAT(info.error().sentence, HasSubstr("did not answer in time"));
}

TEST_F(DockerApiClient, CallOfADestroyedClientEndsSilently) {
    {
        ApiClient client(io, path);
        client.network("cafe01", [](const Answer<NetworkInfo>&) { FAIL(); });
    }
    io.run();
}

}  // namespace
}  // namespace routeproof::docker
