// The program as people run it: exit codes, complaints, and what a signal leaves.
#include "tests/support/temp_dir.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace routeproof::verifier {
namespace {

using ::testing::HasSubstr;

struct Ended {
    int code = -1;
    std::string out;
    std::string err;
};

// One run of the program; its two outputs go to files of the test's folder.
class Program {
public:
    Program(const std::filesystem::path& folder, std::vector<std::string> arguments)
        : folder_(folder) {
        arguments.insert(arguments.begin(), ROUTEPROOF_PROGRAM);
        std::vector<char*> argv;
        for (std::string& argument : arguments) {
            argv.push_back(argument.data());
        }
        argv.push_back(nullptr);
        const std::string out = folder_ / "out";
        const std::string err = folder_ / "err";
        pid_ = ::fork();
        if (pid_ == 0) {
            if (std::freopen(out.c_str(), "w", stdout) != nullptr &&
                std::freopen(err.c_str(), "w", stderr) != nullptr) {
                ::execv(argv[0], argv.data());
            }
            ::_exit(127);
        }
    }

    void signal(int number) const { ::kill(pid_, number); }

    Ended wait() const {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status),
                read("out"),
                read("err")};
    }

private:
    std::string read(const char* name) const {
        std::ifstream in(folder_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::filesystem::path folder_;
    pid_t pid_ = -1;
};

// A port on loopback: listening, and mute once somebody has connected; or closed again.
class Port {
public:
    explicit Port(bool listening) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* any = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(socket_, any, size), 0);
        EXPECT_EQ(::getsockname(socket_, any, &size), 0);
        number_ = ntohs(address.sin_port);
        const timeval patience{30, 0};  // so that a program that never connects fails the test
        EXPECT_EQ(::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
        if (listening) {
            EXPECT_EQ(::listen(socket_, 8), 0);
        }
    }
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    ~Port() { ::close(socket_); }

    int number() const { return number_; }
    /// Returns when somebody has connected; the connection stays open and silent.
    void await_connection() { EXPECT_GE(::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC), 0); }

private:
    int socket_;
    int number_ = 0;
};

class RouteproofProgram : public ::testing::Test {
protected:
    Ended run(std::vector<std::string> arguments) const {
        return Program(folder_.path(), std::move(arguments)).wait();
    }

    std::string write(const std::string& name, const std::string& text) const {
        const std::string file = folder_.path() / name;
        std::ofstream(file) << text;
        return file;
    }

    // One leaf on loopback; the host has no address, so that only its block is expected.
    std::string inventory(int port) const {
        write("known_hosts", "");
        const std::string key = folder_.path() / "id_ed25519";
        if (!std::filesystem::exists(key)) {
            const std::string keygen = "ssh-keygen -q -t ed25519 -N '' -f " + key;
            EXPECT_EQ(std::system(keygen.c_str()), 0);  // NOLINT: no other thread, no strange name
        }
        return write("inventory.yml",
                     "routeproof: 1\n"
                     "pools:\n"
                     "  demo: {cidr: 172.16.100.0/24, block_size: 26}\n"
                     "defaults: {credentials: lab, known_hosts: known_hosts}\n"
                     "credentials:\n"
                     "  lab: {user: root, key_file: id_ed25519}\n"
                     "routers:\n"
                     "  leaf1: {os: nxos, role: leaf, address: 127.0.0.1, port: " +
                         std::to_string(port) +
                         ", asn: 65000}\n"
                         "  spine1: {os: frr, role: spine, asn: 64900}\n"
                         "hosts:\n"
                         "  dockerhost1:\n"
                         "    asn: 65100\n"
                         "    blocks: [172.16.100.0/26]\n"
                         "    peerings: [{router: leaf1, host_address: 10.100.0.254, "
                         "router_address: 10.100.0.253}]\n");
    }

    test::TempDir folder_;
};

TEST_F(RouteproofProgram, HelpFitsAScreenAndNamesOnlyWhatThereIs) {
    const Ended help = run({"--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.out, HasSubstr("verify"));
    EXPECT_EQ(help.out.find("explain"), std::string::npos);
    const Ended verify = run({"verify", "--help"});
    EXPECT_EQ(verify.code, 0);
    EXPECT_LE(std::count(verify.out.begin(), verify.out.end(), '\n'), 24);
}

TEST_F(RouteproofProgram, UsageErrorsEndWith64AndSayWhat) {
    const Ended mistyped = run({"verfy"});
    EXPECT_EQ(mistyped.code, 64);
    EXPECT_THAT(mistyped.err, HasSubstr("verfy"));
    EXPECT_EQ(run({}).code, 64);
    EXPECT_EQ(run({"verify"}).code, 64);
    EXPECT_EQ(run({"verify", "-i", "x", "--format", "yaml"}).code, 64);
    const Ended leaf = run({"verify", "-i", inventory(1), "--leaf", "leaf9"});
    EXPECT_EQ(leaf.code, 64);
    EXPECT_THAT(leaf.err, HasSubstr("--leaf leaf9: the inventory has no such router"));
    EXPECT_EQ(run({"verify", "-i", inventory(1), "--leaf", "spine1"}).code, 64);
    EXPECT_EQ(run({"verify", "-i", inventory(1), "--host", "h"}).code, 64);
}

TEST_F(RouteproofProgram, WrongAndUnreadableFilesEndWith65And66) {
    EXPECT_EQ(run({"verify", "-i", folder_.path() / "none.yml"}).code, 66);
    const std::string wrong = write("wrong.yml", "routeproof: 1\nrooters: {}\n");
    const Ended ended = run({"inventory", "check", "-i", wrong});
    EXPECT_EQ(ended.code, 65);
    EXPECT_THAT(ended.err, HasSubstr("wrong.yml:2:1: "));
    EXPECT_EQ(run({"verify", "-i", inventory(1), "--expect", folder_.path() / "none"}).code, 66);
    EXPECT_EQ(run({"verify", "-i", inventory(1), "--expect", folder_.path()}).code, 66);
    EXPECT_EQ(run({"verify", "-i", inventory(1), "--expect", write("e.json", "{}")}).code, 65);
}

TEST_F(RouteproofProgram, AGoodInventoryIsCountedAndShown) {
    const Ended check = run({"inventory", "check", "-i", inventory(22)});
    EXPECT_EQ(check.code, 0) << check.err;
    EXPECT_THAT(check.out,
                HasSubstr(": OK: 2 routers (1 looked into), 1 host, 1 peering, 0 links, 1 pool\n"));
    EXPECT_THAT(run({"inventory", "show", "-i", inventory(22)}).out,
                HasSubstr("root@127.0.0.1:22"));
    EXPECT_THAT(run({"inventory", "show", "-i", inventory(22), "--format", "json"}).out,
                HasSubstr("\"schema\": \"routeproof.inventory/1\""));
}

TEST_F(RouteproofProgram, AFileThatIsCalledStdinIsAFile) {
    write("stdin", "ffffffffffffffffffffffffffffffff001304\n");
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder_.path());
    const Ended decoded = run({"decode", "bgp", "stdin"});
    std::filesystem::current_path(before);
    EXPECT_EQ(decoded.code, 0) << decoded.err;
    EXPECT_THAT(decoded.out, HasSubstr("\"KEEPALIVE\""));
}

TEST_F(RouteproofProgram, APortThatNobodyListensOnEndsWith69) {
    const Port closed(false);
    const Ended ended = run({"verify", "-i", inventory(closed.number())});
    EXPECT_EQ(ended.code, 69) << ended.out << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("leaf1 could not be looked at: connect: "));
    EXPECT_THAT(ended.out, HasSubstr("UNKNOWN: "));
}

TEST_F(RouteproofProgram, ASignalEndsItWithAnIncompleteReport) {
    for (const auto& [number, code] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
        Port mute(true);
        const Program program(folder_.path(),
                              {"verify", "-i", inventory(mute.number()), "--format", "json"});
        mute.await_connection();
        program.signal(number);
        const Ended ended = program.wait();
        EXPECT_EQ(ended.code, code) << ended.err;
        EXPECT_THAT(ended.out, HasSubstr("\"complete\": false"));
        EXPECT_THAT(ended.out, HasSubstr("interrupted before it answered"));
    }
}

TEST_F(RouteproofProgram, WithoutAnAgentNodeStatusEndsWith69) {
    const Ended ended = run({"node", "status", "--socket", folder_.path() / "agent.sock"});
    EXPECT_EQ(ended.code, 69);
    EXPECT_THAT(ended.err, HasSubstr("no agent listens on "));
}

}  // namespace
}  // namespace routeproof::verifier
