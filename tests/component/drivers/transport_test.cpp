// The rules of libssh's non-blocking game, each against a real OpenSSH server and a bad wire.
#include "drivers/ssh/command.hpp"
#include "drivers/ssh/session.hpp"
#include "tests/component/drivers/ask.hpp"
#include "tests/component/drivers/sshd.hpp"
#include "tests/component/drivers/stub_server.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

namespace routeproof::drivers {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class Transport : public testing::Test {
protected:
    void SetUp() override {
        const auto missing = missing_openssh();
        if (!missing.empty()) {
            GTEST_SKIP() << missing;
        }
    }

    void serve(const std::vector<std::string>& options = {}) {
        sshd_ = std::make_unique<Sshd>(options);
        target_ = sshd_->target();
        target_.access.host_keys = {*inventory::parse_host_key(sshd_->public_key("host_key"))};
    }
    /// The same server at the other end of a wire.
    Target over(const StubServer& wire) const {
        Target target = target_;
        target.access.port = wire.port();
        return target;
    }

    /// A command that runs on in a logged-in session; null, and a failed test, if that does not
    /// work.
    std::unique_ptr<ssh::Channel> start(ssh::Session& session, std::string command) {
        std::unique_ptr<ssh::Channel> channel;
        const auto open = [&]() -> Asked<void> {
            auto opened = co_await session.exec(std::move(command));
            if (!opened) {
                co_return opened.error();
            }
            channel = std::make_unique<ssh::Channel>(std::move(*opened));
            session.enter(Stage::Rpc);
            co_return Answer<void>();
        };
        const auto logged_in = wait_for(io_, session.log_in());
        EXPECT_TRUE(logged_in) << logged_in.error();
        const auto opened = wait_for(io_, open());
        EXPECT_TRUE(opened) << opened.error();
        return channel;
    }

    static std::string sha256(std::string_view bytes) {
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
        std::string text;
        for (unsigned i = 0; i < size; ++i) {
            char hex[3];
            std::snprintf(hex, sizeof hex, "%02x", digest[i]);
            text += hex;
        }
        return text;
    }
    static std::size_t open_descriptors() {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry :
             std::filesystem::directory_iterator("/proc/self/fd")) {
            ++count;
        }
        return count;
    }

    std::unique_ptr<Sshd> sshd_;
    Target target_;
    boost::asio::io_context io_{1};
};

// Every call of libssh is interrupted in the middle of a packet, many times.
TEST_F(Transport, ALoginInSmallPiecesIsALogin) {
    serve();
    const auto wire = proxy(sshd_->port(), Wire{.piece = 7});
    const auto answer = run_on(over(wire), "echo whole");
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(*answer, "whole\n");
}

// After the last octet nothing more comes: who waits for the socket with data in hand waits in
// vain.
TEST_F(Transport, AllThatWasReceivedIsReadBeforeAnyWaiting) {
    serve();
    constexpr std::size_t kSize = 8'000'000;
    ssh::Session session(io_.get_executor(), target_);
    const auto channel = start(session, "head -c 8000000 /dev/zero; cat");
    ASSERT_NE(channel, nullptr);
    const auto read_all = [&]() -> Asked<std::size_t> {
        std::size_t seen = 0;
        while (seen < kSize) {
            const auto bytes = co_await channel->read();
            if (!bytes) {
                co_return bytes.error();
            }
            seen += bytes->size();
        }
        co_return seen;
    };
    const auto seen = wait_for(io_, read_all());
    ASSERT_TRUE(seen) << seen.error();
    EXPECT_EQ(*seen, kSize);
}

// More than the window of the server: writes take nothing while it is closed.
TEST_F(Transport, WhatIsLargerThanTheWindowIsWrittenWhole) {
    serve();
    std::string bytes(9'000'000, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(i * 2654435761U >> 24);
    }
    ssh::Session session(io_.get_executor(), target_);
    const auto channel = start(session, "head -c 9000000 | sha256sum");
    ASSERT_NE(channel, nullptr);
    const auto written = wait_for(io_, channel->write(bytes));
    ASSERT_TRUE(written) << written.error();
    const auto sum = wait_for(io_, channel->read());
    ASSERT_TRUE(sum) << sum.error();
    EXPECT_EQ(sum->substr(0, 64), sha256(bytes));
}

TEST_F(Transport, KeysAreChangedInTheMiddleOfAStream) {
    serve({"RekeyLimit 1M"});
    const auto sent = sshd_->folder() / "sent";
    const auto answer = run_on(target_, "head -c 30000000 /dev/urandom | tee " + sent.string());
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(sha256(*answer), sha256(read_file(sent)));
}

TEST_F(Transport, ManyCommandsUseOneSession) {
    serve();
    ssh::Session session(io_.get_executor(), target_);
    ASSERT_TRUE(wait_for(io_, session.log_in()));
    for (int i = 0; i < 8; ++i) {
        const std::string command = "echo " + std::to_string(i) + "; exit " + std::to_string(i);
        const auto output = wait_for(io_, ssh::run(session, command, ssh::kOutputCap));
        ASSERT_TRUE(output) << output.error();
        EXPECT_EQ(output->standard_output, std::to_string(i) + '\n');
        EXPECT_EQ(output->exit_status, i);
    }
}

// libssh makes the descriptor blocking when it has connected; and only TCP can tell that a peer
// died.
TEST_F(Transport, TheSocketNeverBlocksAndIsKeptAlive) {
    serve();
    ssh::Session session(io_.get_executor(), target_);
    ASSERT_TRUE(wait_for(io_, session.log_in()));
    int found = 0;
    for (int fd = 3; fd < 256; ++fd) {
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0 ||
            peer.sin_family != AF_INET || ntohs(peer.sin_port) != sshd_->port()) {
            continue;
        }
        ++found;
        EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
        EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
        const auto option = [fd](int level, int name) {
            int value = -1;
            socklen_t length = sizeof value;
            ::getsockopt(fd, level, name, &value, &length);
            return value;
        };
        EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
        EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), 30);
        EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPINTVL), 10);
        EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPCNT), 3);
        EXPECT_EQ(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 60'000);
        EXPECT_NE(option(IPPROTO_TCP, TCP_NODELAY), 0);
    }
    EXPECT_EQ(found, 2);  // ours and libssh's copy
}

TEST_F(Transport, WritingToADeafPeerEndsAtTheDeadlineAndHoldsNobodyUp) {
    serve();
    const auto wire = proxy(sshd_->port(), Wire{.deaf_after = 100'000});
    Target deaf = over(wire);
    deaf.deadlines.rpc = 1000ms;
    ssh::Session session(io_.get_executor(), deaf);
    const auto channel = start(session, "cat >/dev/null");
    ASSERT_NE(channel, nullptr);
    std::optional<Answer<std::string>> other;
    auto keep = [&other](std::exception_ptr, Answer<std::string> got) { other = std::move(got); };
    boost::asio::co_spawn(io_, run_command(io_.get_executor(), target_, "echo through"), keep);
    const auto written = wait_for(io_, channel->write(std::string(20'000'000, 'x')));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().stage, Stage::Rpc);
    while (!other) {
        io_.run_one();
    }
    EXPECT_TRUE(*other) << other->error();
}

// Wires that go dead after so many octets: whatever was going on ends at its own deadline. All at
// once, so that the deadlines can be generous.
TEST_F(Transport, EveryStageHasItsDeadline) {
    serve({"MaxStartups 200"});
    ASSERT_TRUE(wait_for(io_, run_command(io_.get_executor(), target_, "true")));
    const auto before = open_descriptors();  // Asio's own are there by now
    std::map<std::size_t, std::optional<Answer<std::string>>> answers;
    {
        std::vector<std::unique_ptr<StubServer>> wires;
        for (std::size_t octets = 0; octets < 12000; octets += 200) {
            wires.emplace_back(new StubServer(proxy(sshd_->port(), Wire{.freeze_after = octets})));
            Target target = over(*wires.back());
            auto& deadlines = target.deadlines;
            deadlines.key_exchange = deadlines.auth = deadlines.channel = deadlines.rpc = 5s;
            auto keep = [&slot = answers[octets]](std::exception_ptr, Answer<std::string> got) {
                slot = std::move(got);
            };
            // So long an answer that some wire dies in it.
            boost::asio::co_spawn(
                io_,
                run_command(io_.get_executor(), std::move(target), "head -c 3000 /dev/zero"),
                keep);
        }
        io_.restart();
        io_.run();
    }
    std::set<Stage> seen;
    Stage last = Stage::Resolve;
    for (const auto& [octets, answer] : answers) {
        ASSERT_TRUE(answer) << octets;
        if (*answer) {
            seen.insert(Stage::Parse);  // the wire was long enough
            continue;
        }
        const Failure& failure = answer->error();
        if (failure.what.find("without an exit status") != std::string::npos) {
            // Dead between the end of the output and the status: some boxes send none.
            EXPECT_EQ(failure.stage, Stage::Rpc) << octets << failure;
            last = failure.stage;
            seen.insert(failure.stage);
            continue;
        }
        EXPECT_EQ(failure.kind, Failure::Kind::Unreachable) << octets << failure;
        EXPECT_THAT(failure.what, HasSubstr("is silent: ")) << octets;
        EXPECT_GE(failure.stage, last) << octets << failure;
        last = failure.stage;
        seen.insert(failure.stage);
    }
    EXPECT_EQ(
        seen,
        (std::set{Stage::KeyExchange, Stage::Auth, Stage::Channel, Stage::Rpc, Stage::Parse}));
    EXPECT_EQ(open_descriptors(), before);
}

TEST_F(Transport, AConnectionThatNobodyAcceptsHasItsDeadline) {
    serve();
    // A listener whose queue is full answers no SYN.
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(::bind(listener, any, size), 0);
    ASSERT_EQ(::getsockname(listener, any, &size), 0);
    ASSERT_EQ(::listen(listener, 0), 0);
    std::vector<int> queue;
    for (int i = 0; i < 4; ++i) {
        queue.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        ::connect(queue.back(), any, size);
    }
    target_.access.port = ntohs(address.sin_port);
    target_.deadlines.connect = 200ms;
    const auto answer = run_on(target_, "true");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().stage, Stage::Connect);
    EXPECT_THAT(answer.error().what,
                HasSubstr("no answer to the connection attempt within 200 ms"));
    queue.push_back(listener);
    for (const int fd : queue) {
        ::close(fd);
    }
}

TEST_F(Transport, AServerWithoutRoomForSessionsRefusesTheChannel) {
    serve({"MaxSessions 0"});
    const auto answer = run_on(target_, "true");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().stage, Stage::Channel);
    EXPECT_EQ(answer.error().kind, Failure::Kind::Denied);
}

TEST_F(Transport, SessionsOfSeveralThreadsDoNotMeet) {
    serve({"MaxStartups 100"});
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([this, &good] {
            for (int n = 0; n < 4; ++n) {
                const auto answer = run_on(target_, "head -c 200000 /dev/zero");
                good += answer && answer->size() == 200'000 ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(good, 12);
}

// One server is every machine of the way; how it is called tells the hops apart.
class OverJumpHosts : public Transport {
protected:
    void SetUp() override {
        Transport::SetUp();
        if (IsSkipped()) {
            return;
        }
        serve({"MaxStartups 100"});
    }
    /// The server at the end of a way over these ports.
    Target behind(const std::vector<std::uint16_t>& ports) const {
        Target target = target_;
        for (const auto port : ports) {
            target.access.jumps.push_back(target_.access);
            target.access.jumps.back().port = port;
        }
        return target;
    }
    std::string hop(const StubServer& wire) const {
        return "jump host 127.0.0.1:" + std::to_string(wire.port()) + ' ';
    }
};

TEST_F(OverJumpHosts, StreamsComeWholeAndManyAtOnce) {
    const auto before = open_descriptors();
    std::vector<Answer<std::string>> answers;
    auto keep = [&answers](std::exception_ptr thrown, Answer<std::string> got) {
        EXPECT_EQ(thrown, nullptr);
        answers.push_back(std::move(got));
    };
    {
        boost::asio::io_context io(1);
        for (int i = 0; i < 6; ++i) {
            const auto port = sshd_->port();
            const std::vector<std::uint16_t> way(i % 2 == 0 ? 1 : 2, port);
            boost::asio::co_spawn(
                io,
                run_command(io.get_executor(), behind(way), "head -c 4000000 /dev/zero; echo end"),
                keep);
        }
        io.run();  // comes to its end: nothing of a tunnel stays behind
    }
    ASSERT_EQ(answers.size(), 6U);
    for (const auto& answer : answers) {
        ASSERT_TRUE(answer) << answer.error();
        EXPECT_EQ(answer->size(), 4'000'004U);
        EXPECT_TRUE(answer->ends_with("end\n"));
    }
    EXPECT_EQ(open_descriptors(), before);
}

TEST_F(OverJumpHosts, WhatIsWrittenComesWhole) {
    target_ = behind({sshd_->port()});
    ssh::Session session(io_.get_executor(), target_);
    const auto channel = start(session, "head -c 5000000 | sha256sum");
    ASSERT_NE(channel, nullptr);
    const std::string bytes(5'000'000, 'x');
    const auto written = wait_for(io_, channel->write(bytes));
    ASSERT_TRUE(written) << written.error();
    const auto sum = wait_for(io_, channel->read());
    ASSERT_TRUE(sum) << sum.error();
    EXPECT_EQ(sum->substr(0, 64), sha256(bytes));
}

TEST_F(OverJumpHosts, OneThatFallsSilentIsNamedWithItsStage) {
    std::vector<std::unique_ptr<StubServer>> wires;
    std::vector<Answer<std::string>> answers;
    for (const std::size_t octets : {0U, 300U, 900U}) {
        wires.emplace_back(new StubServer(proxy(sshd_->port(), Wire{.freeze_after = octets})));
        Target target = behind({wires.back()->port()});
        target.deadlines.key_exchange = 3s;
        auto keep = [this, &answers, wire = wires.back().get()](std::exception_ptr,
                                                                Answer<std::string> got) {
            ASSERT_FALSE(got);
            EXPECT_THAT(got.error().what, testing::StartsWith(hop(*wire) + "is silent: "));
            answers.push_back(std::move(got));
        };
        boost::asio::co_spawn(
            io_, run_command(io_.get_executor(), std::move(target), "echo done"), keep);
    }
    io_.run();
    ASSERT_EQ(answers.size(), 3U);
    for (const auto& answer : answers) {
        EXPECT_EQ(answer.error().stage, Stage::KeyExchange);
    }
}

TEST_F(OverJumpHosts, OneThatIsCutInTheMiddleIsNamedAndNothingIsLeft) {
    const auto before = open_descriptors();
    for (int i = 0; i < 3; ++i) {
        const auto wire = proxy(sshd_->port(), Wire{.cut_after = 300'000});
        const auto answer = run_on(behind({wire.port()}), "head -c 5000000 /dev/zero");
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().stage, Stage::Rpc);
        EXPECT_EQ(answer.error().kind, Failure::Kind::Unreachable);
        EXPECT_THAT(answer.error().what, HasSubstr('(' + hop(wire)));
    }
    EXPECT_EQ(open_descriptors(), before);
}

TEST_F(OverJumpHosts, ADroppedQuestionTakesTheWholeWayAlong) {
    auto io = std::make_unique<boost::asio::io_context>(1);
    auto ignore = [](std::exception_ptr, const Answer<std::string>&) {};
    const auto target = behind({sshd_->port(), sshd_->port()});
    boost::asio::co_spawn(*io, run_command(io->get_executor(), target, "cat"), ignore);
    for (int i = 0; i < 100; ++i) {
        io->run_one_for(20ms);
    }
    io.reset();  // ASan would tell
}

// CVE-2026-59847: libssh before 0.10.6-0+deb12u3 gave altered AES-GCM data to us as good.
class AlteredStream : public Transport, public testing::WithParamInterface<const char*> {};

TEST_P(AlteredStream, IsNeverAnAnswer) {
    serve({"Ciphers " + std::string(GetParam())});
    const std::string command = "head -c 1000000 /dev/zero | tr '\\0' x";
    const auto good = run_on(target_, command);
    ASSERT_TRUE(good) << good.error();
    ASSERT_EQ(*good, std::string(1'000'000, 'x'));
    for (const std::size_t at : {20'000U, 123'457U, 400'001U, 900'002U}) {
        const auto wire = proxy(sshd_->port(), Wire{.flip_at = at});
        Target target = over(wire);
        target.deadlines.rpc = 3000ms;  // an altered length may make it wait for more
        const auto answer = run_on(target, command);
        ASSERT_FALSE(answer) << at;
        EXPECT_EQ(answer.error().stage, Stage::Rpc) << at;
    }
}

INSTANTIATE_TEST_SUITE_P(Ciphers,
                         AlteredStream,
                         testing::Values("chacha20-poly1305@openssh.com",
                                         "aes256-ctr",
                                         "aes128-ctr",
                                         "aes256-gcm@openssh.com",
                                         "aes128-gcm@openssh.com"),
                         [](const auto& tested) {
                             std::string name;
                             for (const char* c = tested.param; *c != '\0' && *c != '@'; ++c) {
                                 name += *c == '-' ? '_' : *c;
                             }
                             return name;
                         });

}  // namespace
}  // namespace routeproof::drivers
