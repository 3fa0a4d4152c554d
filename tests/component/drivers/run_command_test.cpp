// SSH against a real OpenSSH server: what works, and each way in which it does not.
#include "tests/component/drivers/ask.hpp"
#include "tests/component/drivers/sshd.hpp"
#include "tests/component/drivers/stub_server.hpp"

#include <gmock/gmock.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <fstream>

namespace routeproof::drivers {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

// Says nothing, and ends by itself when the connection does: nobody is left asleep on the machine.
constexpr const char* kSilent = "cat";

class RunCommand : public testing::Test {
protected:
    static void SetUpTestSuite() {
        if (missing_openssh().empty()) {
            sshd = std::make_unique<Sshd>();
        }
    }
    static void TearDownTestSuite() { sshd.reset(); }
    void SetUp() override {
        if (!sshd) {
            GTEST_SKIP() << missing_openssh();
        }
        sshd->trust("[127.0.0.1]:" + std::to_string(sshd->port()), "host_key");
        target_ = sshd->target();
    }

    static Failure failure(const Answer<std::string>& answer) {
        return answer ? Failure{} : answer.error();
    }

    static std::unique_ptr<Sshd> sshd;
    Target target_;
};

std::unique_ptr<Sshd> RunCommand::sshd;

TEST_F(RunCommand, GivesStandardOutputAlone) {
    const auto answer = run_on(target_, "echo out; echo err >&2");
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(*answer, "out\n");
}

TEST_F(RunCommand, LongOutputAndLongErrorsComeWhole) {
    const auto answer =
        run_on(target_, "head -c 3000000 /dev/zero >&2; head -c 8000000 /dev/zero; echo end");
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(answer->size(), 8000004U);
    EXPECT_TRUE(answer->ends_with("end\n"));
}

TEST_F(RunCommand, AnEmptyAnswerIsAnAnswer) {
    const auto answer = run_on(target_, "true");
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(*answer, "");
}

TEST_F(RunCommand, ANonZeroExitQuotesTheLastLineOfStandardError) {
    const auto failed = failure(run_on(target_, "echo a >&2; echo 'no such socket' >&2; exit 3"));
    EXPECT_EQ(failed.stage, Stage::Rpc);
    EXPECT_THAT(failed.what, AllOf(HasSubstr("exit status 3"), HasSubstr(": no such socket")));
}

TEST_F(RunCommand, AKilledCommandHasNoExitStatus) {
    EXPECT_THAT(failure(run_on(target_, "kill -9 $$")).what, HasSubstr("without an exit status"));
}

TEST_F(RunCommand, SilenceEndsAtTheDeadlineOfTheQuestion) {
    target_.deadlines.rpc = 200ms;
    const auto failed = failure(run_on(target_, kSilent));
    EXPECT_EQ(failed.stage, Stage::Rpc);
    EXPECT_EQ(failed.kind, Failure::Kind::Unreachable);
    EXPECT_THAT(failed.what, HasSubstr("no complete answer within 200 ms"));
}

TEST_F(RunCommand, OutputWithoutEndIsEndedByTheDeadline) {
    target_.deadlines.rpc = 300ms;
    EXPECT_EQ(failure(run_on(target_, "cat /dev/zero")).stage, Stage::Rpc);
}

TEST_F(RunCommand, AnUnknownHostKeyIsDeniedWithItsFingerprintAndWhatToDo) {
    std::ofstream(sshd->folder() / "known_hosts") << "# nobody\n";
    const auto failed = failure(run_on(target_, "true"));
    EXPECT_EQ(failed.stage, Stage::HostKey);
    EXPECT_EQ(failed.kind, Failure::Kind::Denied);
    EXPECT_THAT(failed.what,
                AllOf(HasSubstr("shows ED25519 SHA256:"),
                      HasSubstr("does not know this host"),
                      HasSubstr("then: routeproof inventory trust leaf1")));
}

TEST_F(RunCommand, AMissingKnownHostsFileIsNamed) {
    target_.access.known_hosts = sshd->folder() / "nowhere";
    const auto failed = failure(run_on(target_, "true"));
    EXPECT_EQ(failed.stage, Stage::HostKey);
    EXPECT_THAT(failed.what, HasSubstr("there is no file " + target_.access.known_hosts.string()));
}

TEST_F(RunCommand, AChangedHostKeyIsDeniedWithBothFingerprintsAndTheLine) {
    sshd->trust("[127.0.0.1]:" + std::to_string(sshd->port()), "user_key");
    const auto failed = failure(run_on(target_, "true"));
    EXPECT_EQ(failed.stage, Stage::HostKey);
    EXPECT_EQ(failed.kind, Failure::Kind::Denied);
    EXPECT_THAT(failed.what,
                AllOf(HasSubstr("known_hosts:1 has ED25519 SHA256:"), HasSubstr("in between")));
}

TEST_F(RunCommand, ARevokedHostKeyIsDeniedEvenIfALineTrustsIt) {
    std::ofstream(sshd->folder() / "known_hosts", std::ios::app)
        << "@revoked * " << sshd->public_key("host_key") << '\n';
    EXPECT_THAT(failure(run_on(target_, "true")).what, HasSubstr("known_hosts:2 revokes"));
}

TEST_F(RunCommand, AHostThatOffersOtherKindsOfKeysThanKnownIsDenied) {
    std::ofstream(sshd->folder() / "known_hosts")
        << "[127.0.0.1]:" << sshd->port() << " ssh-rsa AAAAB3NzaC1yc2E=\n";
    const auto failed = failure(run_on(target_, "true"));
    EXPECT_EQ(failed.stage, Stage::HostKey);
    EXPECT_EQ(failed.kind, Failure::Kind::Denied);
    EXPECT_THAT(failed.what, HasSubstr("offers no host key of a kind"));
}

TEST_F(RunCommand, AKeyThatTheServerDoesNotKnowIsDenied) {
    target_.access.credentials.key_file = sshd->make_key("stranger");
    const auto failed = failure(run_on(target_, "true"));
    EXPECT_EQ(failed.stage, Stage::Auth);
    EXPECT_EQ(failed.kind, Failure::Kind::Denied);
    EXPECT_THAT(failed.what,
                AllOf(HasSubstr("refuses user "), HasSubstr("stranger (ssh-ed25519 SHA256:")));
}

TEST_F(RunCommand, ALockedKeySaysSoAndCostsNoLogin) {
    target_.access.credentials.key_file = sshd->make_key("locked", "hunter2");
    target_.access.port = 1;  // would be refused: the key is looked at first
    const auto failed = failure(run_on(target_, "true"));
    EXPECT_EQ(failed.kind, Failure::Kind::Trouble);
    EXPECT_THAT(failed.what, HasSubstr("has a passphrase"));
}

TEST_F(RunCommand, WhoHoldsASecretLeavesNoCoreFile) {
    ::prctl(PR_SET_DUMPABLE, 1);
    ASSERT_EQ(::prctl(PR_GET_DUMPABLE), 1);
    target_.access.credentials.password = {inventory::SecretSource::Kind::Command, "echo secret"};
    EXPECT_TRUE(run_on(target_, "true"));
    EXPECT_EQ(::prctl(PR_GET_DUMPABLE), 0);
}

TEST_F(RunCommand, KeyFilesThatAreMissingOpenOrNoKeysAreNamed) {
    target_.access.credentials.key_file = sshd->folder() / "absent";
    EXPECT_THAT(failure(run_on(target_, "true")).what, HasSubstr("absent cannot be read: No such"));
    const auto open = sshd->make_key("open");
    std::filesystem::permissions(open, std::filesystem::perms(0644));
    target_.access.credentials.key_file = open;
    EXPECT_THAT(failure(run_on(target_, "true")).what, HasSubstr("mode 0644"));
    const auto text = sshd->folder() / "text";
    std::ofstream(text) << "no key\n";
    std::filesystem::permissions(text, std::filesystem::perms(0600));
    target_.access.credentials.key_file = text;
    EXPECT_THAT(failure(run_on(target_, "true")).what, HasSubstr("holds no private key"));
}

TEST_F(RunCommand, WithoutKeyFileAndAgentTheFailureSaysWhatIsMissing) {
    target_.access.credentials.key_file.clear();
    ::unsetenv("SSH_AUTH_SOCK");
    const auto failed = failure(run_on(target_, "true"));
    EXPECT_EQ(failed.stage, Stage::Auth);
    EXPECT_THAT(failed.what, HasSubstr("SSH_AUTH_SOCK is not set"));
}

TEST_F(RunCommand, APortNobodyListensOnIsRefused) {
    target_.access.port = free_port();
    const auto failed = failure(run_on(target_, "true"));
    EXPECT_EQ(failed.stage, Stage::Connect);
    EXPECT_EQ(failed.kind, Failure::Kind::Unreachable);
    EXPECT_THAT(failed.what, HasSubstr("nobody listens on this port"));
}

TEST_F(RunCommand, ANameWithoutAddressFailsAtResolving) {
    target_.access.address = "no-such-router.invalid";
    EXPECT_EQ(failure(run_on(target_, "true")).stage, Stage::Resolve);
}

TEST_F(RunCommand, ANameIsResolvedAndEachOfItsAddressesTried) {
    // localhost is ::1 first on most machines, and this sshd listens on 127.0.0.1 only.
    target_.access.address = "localhost";
    sshd->trust("[localhost]:" + std::to_string(sshd->port()), "host_key");
    const auto answer = run_on(target_, "echo hi");
    ASSERT_TRUE(answer) << answer.error();
}

TEST_F(RunCommand, ASilentPortEndsAtTheKeyExchange) {
    const auto server = silent_server("");
    target_.access.port = server.port();
    target_.deadlines.key_exchange = 200ms;
    const auto failed = failure(run_on(target_, "true"));
    EXPECT_EQ(failed.stage, Stage::KeyExchange);
    EXPECT_EQ(failed.kind, Failure::Kind::Unreachable);
}

TEST_F(RunCommand, ABannerAndThenSilenceEndsAtTheKeyExchange) {
    const auto server = silent_server("SSH-2.0-Stub\r\n");
    target_.access.port = server.port();
    target_.deadlines.key_exchange = 200ms;
    EXPECT_EQ(failure(run_on(target_, "true")).stage, Stage::KeyExchange);
}

TEST_F(RunCommand, GarbageInPlaceOfSshIsAProtocolFailure) {
    const auto server = silent_server("SSH-2.0-Stub\r\n" + std::string(64, '\x7F'));
    target_.access.port = server.port();
    target_.deadlines.key_exchange = 2000ms;
    const auto failed = failure(run_on(target_, "true"));
    EXPECT_EQ(failed.stage, Stage::KeyExchange);
    EXPECT_EQ(failed.kind, Failure::Kind::Protocol);
}

TEST_F(RunCommand, ACutAtAnyByteIsAFailureAndNeverAShortAnswer) {
    const std::string whole(50'000, 'x');
    for (std::size_t limit = 0; limit < 50'000; limit += 2503) {
        const auto wire = proxy(sshd->port(), Wire{.cut_after = limit});
        Target target = target_;
        target.access.port = wire.port();
        sshd->trust("[127.0.0.1]:" + std::to_string(wire.port()), "host_key");
        const auto answer = run_on(target, "head -c 50000 /dev/zero | tr '\\0' x");
        ASSERT_FALSE(answer) << limit;
        EXPECT_EQ(answer.error().kind, Failure::Kind::Unreachable) << limit << answer.error();
    }
}

TEST_F(RunCommand, NoDescriptorIsLeftBehind) {
    const auto open = [] {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry :
             std::filesystem::directory_iterator("/proc/self/fd")) {
            ++count;
        }
        return count;
    };
    const auto before = open();
    Target denied = target_;
    denied.access.credentials.key_file = sshd->make_key("nobody");
    Target late = target_;
    late.deadlines.rpc = 100ms;
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(run_on(target_, "true"));
        EXPECT_FALSE(run_on(denied, "true"));
        EXPECT_FALSE(run_on(late, kSilent));
    }
    EXPECT_EQ(open(), before);
}

TEST_F(RunCommand, ManyAtOnceShareOneThread) {
    boost::asio::io_context io(1);
    int done = 0;
    auto count = [&done](std::exception_ptr thrown, const Answer<std::string>& answer) {
        EXPECT_EQ(thrown, nullptr);
        EXPECT_TRUE(answer) << answer.error();
        ++done;
    };
    for (int i = 0; i < 8; ++i) {
        boost::asio::co_spawn(
            io, run_command(io.get_executor(), target_, "head -c 300000 /dev/zero"), count);
    }
    io.run();
    EXPECT_EQ(done, 8);
}

TEST_F(RunCommand, AQuestionThatIsDroppedTakesItsSessionAlong) {
    auto io = std::make_unique<boost::asio::io_context>(1);
    auto ignore = [](std::exception_ptr, const Answer<std::string>&) {};
    boost::asio::co_spawn(*io, run_command(io->get_executor(), target_, kSilent), ignore);
    for (int i = 0; i < 40; ++i) {
        io->run_one_for(50ms);
    }
    io.reset();  // ASan would tell
}

}  // namespace
}  // namespace routeproof::drivers
