// The agent's end of the BFD socket: against a server that a test plays, and against the real
// process in a network namespace of its own.
#include "agent/peering/bfd/client.hpp"

#include "tests/support/bfd_server.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <string>

namespace routeproof::bfd {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto kPatience = 20s;

SessionConfig config(std::string_view peer) {
    return {{net::Address::parse(peer).value(), net::Address(), ""}, {}};
}

SessionStatus status(std::string_view peer, State state, Liveness liveness) {
    SessionStatus status;
    status.config = config(peer);
    status.view.state = state;
    status.view.liveness = liveness;
    return status;
}

class BfdClient : public testing::Test {
protected:
    void start(std::filesystem::path program = {}) {
        Client::Callbacks callbacks;
        callbacks.changed = [this](const SessionStatus& one) { changes.push_back(one); };
        callbacks.removed = [this](const SessionKey& key) { removed.push_back(key); };
        client.emplace(io,
                       Client::Options{socket, std::move(program), 10ms},
                       std::move(callbacks),
                       [this](log::Severity, std::string_view event, const log::Fields& fields) {
                           log += event;
                           for (const auto& field : fields) {
                               log += " " + field.key + "=" + field.value;
                           }
                           log += "\n";
                       });
    }

    template <class Condition>
    void run_until(Condition condition, const char* what) {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        while (!condition()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end) << "waited in vain for " << what;
            io.restart();
            io.run_one_for(50ms);
        }
    }

    test::TempDir folder;
    std::filesystem::path socket = folder.path() / "bfd.sock";
    boost::asio::io_context io{1};
    std::optional<Client> client;
    std::vector<SessionStatus> changes;
    std::vector<SessionKey> removed;
    std::string log;
};

using Server = test::BfdServer;

TEST_F(BfdClient, TellsItsSetWhenItConnectsAndAgainWhenItComesBack) {
    const request::Set wanted{{config("192.0.2.1"), config("192.0.2.2")}};
    {
        Server server(io, socket);
        start();
        client->set_sessions(wanted.sessions);
        client->sync_done();
        run_until([&] { return server.heard.size() == 2; }, "both requests");
        EXPECT_EQ(server.heard[0], Request(wanted));
        EXPECT_EQ(server.heard[1], Request(request::SyncDone{}));
        server.say(status("192.0.2.1", State::Up, Liveness::Up));
        run_until([&] { return changes.size() == 1; }, "the state");
    }
    std::filesystem::remove(socket);
    run_until([&] { return !client->connected(); }, "the loss");
    EXPECT_EQ(client->sessions().size(), 1U) << "a lost connection says nothing about a path";

    Server again(io, socket);
    run_until([&] { return again.heard.size() == 2; }, "both requests again");
    EXPECT_EQ(again.heard[0], Request(wanted));
    again.say(status("192.0.2.1", State::Up, Liveness::Up));
    again.say(status("192.0.2.2", State::Up, Liveness::Up));
    run_until([&] { return changes.size() == 2; }, "the second session");
    EXPECT_EQ(changes[1].config.key.peer.to_string(), "192.0.2.2") << "what is known is no news";
}

TEST_F(BfdClient, SaysNothingBeforeTheAgentHasSaidWhatItWants) {
    Server server(io, socket);
    start();
    run_until([&] { return client->connected(); }, "the connection");
    bool refreshed = false;
    client->refresh([&](bool ok) { refreshed = ok; });
    run_until([&] { return !server.heard.empty(); }, "a request");
    EXPECT_EQ(server.heard.front(), Request(request::Status{}));
    server.say(event::End{});
    run_until([&] { return refreshed; }, "the end of the status");
}

TEST_F(BfdClient, ReportsChangesAndRemovalsAndWhatTheProcessRefused) {
    Server server(io, socket);
    start();
    client->set_sessions({config("192.0.2.1")});
    run_until([&] { return !server.heard.empty(); }, "the set");
    server.say(status("192.0.2.1", State::Up, Liveness::Up));
    SessionStatus counted = status("192.0.2.1", State::Up, Liveness::Up);
    counted.packets_in = 17;
    server.say(counted);  // counters alone are no news
    server.say(status("192.0.2.1", State::Down, Liveness::Failed));
    server.say(event::Error{"no room for all sessions"});
    server.say(event::Removed{config("192.0.2.1").key});
    run_until([&] { return removed.size() == 1; }, "the removal");
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[1].view.liveness, Liveness::Failed);
    EXPECT_TRUE(client->sessions().empty());
    EXPECT_THAT(log, HasSubstr("bfd.request.refused error=no room for all sessions"));
}

TEST_F(BfdClient, AnUnsoundSessionIsLeftOutAndNamed) {
    Server server(io, socket);
    start();
    client->set_sessions({config("fe80::1"), config("192.0.2.1")});
    run_until([&] { return !server.heard.empty(); }, "the set");
    EXPECT_EQ(server.heard[0], Request(request::Set{{config("192.0.2.1")}}));
    EXPECT_THAT(log, HasSubstr("fe80::1: a link-local peer needs its interface"));
}

TEST_F(BfdClient, ALineItCannotReadIsNamedAndPassedOver) {
    Server server(io, socket);
    start();
    client->set_sessions({config("192.0.2.1")});
    run_until([&] { return !server.heard.empty(); }, "the set");
    server.say(event::Error{"x"});
    SessionStatus odd = status("192.0.2.1", State::Up, Liveness::Up);
    odd.config.timing.detect_mult = 0;
    server.say(odd);
    server.say(status("192.0.2.1", State::Up, Liveness::Up));
    run_until([&] { return changes.size() == 1; }, "the good line");
    EXPECT_THAT(log, HasSubstr("is not understood"));
}

TEST_F(BfdClient, SaysWhenTheProcessHasBeenToldThatWeLeave) {
    Server server(io, socket);
    start();
    client->set_sessions({config("192.0.2.1")});
    bool told = false;
    run_until([&] { return client->connected(); }, "the connection");
    client->leave([&told] { told = true; });
    EXPECT_FALSE(told);
    run_until([&] { return told; }, "the end of the writing");
    run_until([&] { return server.heard.size() == 2; }, "both requests");
    EXPECT_EQ(server.heard[1], Request(request::Leave{}));
}

TEST_F(BfdClient, NobodyNeedsToBeToldWhereNobodyIs) {
    start();
    bool told = false;
    client->leave([&told] { told = true; });
    EXPECT_FALSE(told) << "not from within the call";
    run_until([&] { return told; }, "its end");
}

TEST_F(BfdClient, ComplainsOnceWhileNobodyAnswers) {
    start();
    run_until([&] { return !log.empty(); }, "a complaint");
    for (int i = 0; i < 20; ++i) {
        io.restart();
        io.run_one_for(20ms);
    }
    EXPECT_EQ(log,
              "bfd.process.unavailable error=" + socket.string() + ": No such file or directory\n");
    EXPECT_FALSE(client->connected());
}

TEST_F(BfdClient, AProgramThatCannotBeStartedIsNamed) {
    start(folder.path() / "nothing-here");
    run_until([&] { return !log.empty(); }, "a complaint");
    EXPECT_THAT(log, HasSubstr("nothing-here: No such file or directory"));
}

/// A network namespace of its own for the rest of this test program (each test is its own run).
bool enter_namespace() {
    return ::unshare(::geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) == 0;
}

TEST_F(BfdClient, StartsTheProcessWhichOutlivesItAndIsFoundAgain) {
    if (!enter_namespace()) {
        GTEST_SKIP() << "no network namespace can be made here";
    }
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);  // as the agent's sockets, not closed by exec
    start(ROUTEPROOF_BFD);
    client->set_sessions({config("192.0.2.1")});
    run_until([&] { return !changes.empty(); }, "the session");
    ASSERT_TRUE(client->process());
    ::close(pipe[1]);
    pollfd end{pipe[0], POLLIN, 0};
    EXPECT_EQ(::poll(&end, 1, 0), 1) << "it has inherited what its starter had open";
    ::close(pipe[0]);
    const auto pid = static_cast<pid_t>(client->process()->pid);
    EXPECT_NE(::getsid(pid), ::getsid(0));
    const std::uint32_t discriminator = changes[0].local_discriminator;

    client.reset();
    changes.clear();
    start(ROUTEPROOF_BFD);
    client->set_sessions({config("192.0.2.1")});
    run_until([&] { return !changes.empty(); }, "the session again");
    EXPECT_EQ(client->process()->pid, pid);
    EXPECT_EQ(changes[0].local_discriminator, discriminator) << "the same session goes on";

    bool told = false;
    client->leave([&told] { told = true; });
    run_until([&] { return told && !removed.empty(); }, "the end of the session");
    ::kill(pid, SIGTERM);
    run_until([&] { return !client->connected(); }, "the process to end");
    client.reset();
}

}  // namespace
}  // namespace routeproof::bfd
