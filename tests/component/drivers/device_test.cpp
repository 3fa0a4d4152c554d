// Junos and NX-OS devices over a real OpenSSH server with a scripted subsystem or command.
#include "tests/component/drivers/ask.hpp"
#include "tests/component/drivers/sshd.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace routeproof::drivers {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kHello =
    "<!-- No zombies were killed -->\n<hello><capabilities><capability>"
    "urn:ietf:params:netconf:base:1.0</capability></capabilities><session-id>9</session-id>"
    "</hello>\n]]>]]>\n";
constexpr const char* kHelloChunks =
    "<hello><capabilities><capability>urn:ietf:params:netconf:base:1.1</capability>"
    "</capabilities><session-id>9</session-id></hello>]]>]]>";

std::string table(int id, const std::string& rows) {
    return "<rpc-reply message-id=\"" + std::to_string(id) +
           "\"><route-information><route-table><table-name>inet.0</table-name>" + rows +
           "</route-table></route-information></rpc-reply>";
}

std::string route(const char* prefix, const char* more = "") {
    return "<rt><rt-destination>" + std::string(prefix) +
           "</rt-destination><rt-entry><active-tag>*</active-tag><protocol-name>BGP"
           "</protocol-name><gateway>198.51.100.2</gateway><nh><to>198.51.100.2</to></nh>" +
           more + "<as-path>64496 I</as-path></rt-entry></rt>";
}

class OverSsh : public testing::Test {
protected:
    void SetUp() override {
        const auto missing = missing_openssh();
        if (!missing.empty()) {
            GTEST_SKIP() << missing;
        }
    }

    /// A server whose subsystem netconf answers with what is written by say().
    void serve_netconf() {
        script_ = testing::TempDir() + "netconf-stub";
        std::filesystem::remove_all(script_);
        std::filesystem::create_directories(script_);
        const std::string stub = ROUTEPROOF_TEST_FOLDER "/netconf_stub.py";
        sshd_ = std::make_unique<Sshd>(
            std::vector{"Subsystem netconf /usr/bin/python3 " + stub + ' ' + script_.string()});
        device_ = make_device(io_.get_executor(), sshd_->target(inventory::Os::Junos));
    }
    void say(const std::string& name, const std::string& bytes) {
        std::ofstream(script_ / name, std::ios::binary) << bytes;
    }
    std::string heard() const {
        std::ostringstream text;
        text << std::ifstream(script_ / "log").rdbuf();
        return text.str();
    }

    boost::asio::io_context io_{1};
    std::filesystem::path script_;
    std::unique_ptr<Sshd> sshd_;
    std::unique_ptr<Device> device_;
    const std::vector<net::Prefix> pools_{*net::Prefix::parse("192.0.2.0/24")};
};

TEST_F(OverSsh, JunosAnswersSeveralQuestionsInOneSession) {
    serve_netconf();
    say("hello", kHello);
    say("1",
        "<rpc-reply message-id=\"101\"><system-information><host-name>leaf1</host-name>"
        "</system-information></rpc-reply>]]>]]>");
    say("2", table(102, route("192.0.2.0/26") + route("203.0.113.0/24")) + "]]>]]>");
    const auto facts = wait_for(io_, device_->facts());
    ASSERT_TRUE(facts) << facts.error();
    EXPECT_EQ(facts->hostname, "leaf1");
    const auto routes = wait_for(io_, device_->routes(pools_));
    ASSERT_TRUE(routes) << routes.error();
    EXPECT_TRUE(routes->table_seen);
    ASSERT_EQ(routes->routes.size(), 1U);
    EXPECT_EQ(routes->routes[0].prefix.to_string(), "192.0.2.0/26");
}

TEST_F(OverSsh, JunosIsSpokenToInChunksIfItOffersThem) {
    serve_netconf();
    say("hello", kHelloChunks);
    say("chunked", "");
    const std::string reply = table(101, route("192.0.2.0/26"));
    say("1",
        "\n#7\n" + reply.substr(0, 7) + "\n#" + std::to_string(reply.size() - 7) + "\n" +
            reply.substr(7) + "\n##\n");
    const auto routes = wait_for(io_, device_->routes(pools_));
    ASSERT_TRUE(routes) << routes.error();
    EXPECT_EQ(routes->routes.size(), 1U);
}

TEST_F(OverSsh, JunosRejectedRoutesComeWithTheirReason) {
    serve_netconf();
    say("hello", kHello);
    say("1", table(101, route("192.0.2.0/26")) + "]]>]]>");
    say("2", table(102, route("192.0.2.2/32")) + "]]>]]>");
    say("3",
        table(103,
              route("192.0.2.2/32", "<hidden-reason>rejected by import policy</hidden-reason>")) +
            "]]>]]>");
    const auto received =
        wait_for(io_, device_->received(*net::Address::parse("198.51.100.2"), pools_));
    ASSERT_TRUE(received) << received.error();
    ASSERT_EQ(received->size(), 2U);
    EXPECT_EQ((*received)[1].verdict, ReceivedRoute::Verdict::Rejected);
    EXPECT_EQ((*received)[1].reason, "rejected by import policy");
}

TEST_F(OverSsh, AnRpcErrorIsAFailureAndTheSessionLivesOn) {
    serve_netconf();
    say("hello", kHello);
    say("1",
        "<rpc-reply message-id=\"101\"><rpc-error><error-message>permission denied"
        "</error-message></rpc-error></rpc-reply>]]>]]>");
    say("2", table(102, "") + "]]>]]>");
    const auto sessions = wait_for(io_, device_->sessions());
    ASSERT_FALSE(sessions);
    EXPECT_EQ(sessions.error().kind, Failure::Kind::Denied);
    const auto routes = wait_for(io_, device_->routes(pools_));
    ASSERT_TRUE(routes) << routes.error();
    EXPECT_TRUE(routes->routes.empty());
}

TEST_F(OverSsh, AReplyThatIsCutIsAFailureAndLaterQuestionsGetTheSame) {
    serve_netconf();
    say("hello", kHello);
    say("1", table(101, route("192.0.2.0/26")));  // no end, and then the session closes
    auto target = sshd_->target(inventory::Os::Junos);
    target.deadlines.rpc = 500ms;
    device_ = make_device(io_.get_executor(), target);
    const auto first = wait_for(io_, device_->routes(pools_));
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().stage, Stage::Rpc);
    const auto second = wait_for(io_, device_->sessions());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error(), first.error());
}

TEST_F(OverSsh, NoHelloEndsAtTheHello) {
    serve_netconf();
    auto target = sshd_->target(inventory::Os::Junos);
    const auto closed = wait_for(io_, device_->facts());
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().stage, Stage::Hello);
    EXPECT_THAT(closed.error().what, HasSubstr("before its NETCONF hello"));

    say("hello", "Welcome to leaf1");
    target.deadlines.hello = 300ms;
    device_ = make_device(io_.get_executor(), target);
    const auto silent = wait_for(io_, device_->facts());
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().stage, Stage::Hello);
    // On a busy machine the time may be up before the stub's first word arrives.
    EXPECT_THAT(silent.error().what,
                testing::AnyOf(HasSubstr("sent 16 octets, but no whole NETCONF hello in time"),
                               HasSubstr("no NETCONF hello came within 300 ms")));
}

TEST_F(OverSsh, AServerWithoutNetconfSaysHowToGetIt) {
    sshd_ = std::make_unique<Sshd>();
    device_ = make_device(io_.get_executor(), sshd_->target(inventory::Os::Junos));
    const auto facts = wait_for(io_, device_->facts());
    ASSERT_FALSE(facts);
    EXPECT_EQ(facts.error().stage, Stage::Channel);
    EXPECT_THAT(facts.error().what, HasSubstr("refuses the subsystem netconf"));
    EXPECT_THAT(facts.error().what, HasSubstr("set system services netconf ssh"));
}

TEST_F(OverSsh, AFinishedDeviceClosesItsSession) {
    serve_netconf();
    say("hello", kHello);
    say("1", table(101, "") + "]]>]]>");
    ASSERT_TRUE(wait_for(io_, device_->routes(pools_)));
    device_.reset();
    sshd_.reset();
    EXPECT_THAT(heard(), HasSubstr("<get-route-information>"));
}

/// A leaf whose command line is a shell script; $1 is the command.
std::unique_ptr<Sshd> nxos_server(const std::string& script) {
    const std::string file = testing::TempDir() + "nxos-stub.sh";
    std::ofstream(file, std::ios::trunc) << "set -- \"$SSH_ORIGINAL_COMMAND\"\n" << script;
    return std::make_unique<Sshd>(std::vector{"ForceCommand /bin/sh " + file});
}

constexpr const char* kNxosTable =
    R"({"TABLE_vrf":{"ROW_vrf":{"vrf-name-out":"default","TABLE_afi":{"ROW_afi":{"TABLE_safi":)"
    R"({"ROW_safi":{"af-name":"IPv4 Unicast","TABLE_rd":{"ROW_rd":{"TABLE_prefix":{"ROW_prefix":)"
    R"({"ipprefix":"192.0.2.0/26","TABLE_path":{"ROW_path":{"status":"valid","best":"bestpath",)"
    R"("ipnexthop":"198.51.100.2","aspath":"64496","origin":"i"}}}}}}}}}}}}})";

TEST_F(OverSsh, NxosFallsBackToJsonNativeOnceAndRemembers) {
    sshd_ = nxos_server("case \"$1\" in *'| json native') echo '" + std::string(kNxosTable) +
                        "';; *) echo \"% Incomplete command at '^' marker.\";; esac\n");
    device_ = make_device(io_.get_executor(), sshd_->target(inventory::Os::Nxos));
    for (int i = 0; i < 2; ++i) {
        const auto routes = wait_for(io_, device_->routes(pools_));
        ASSERT_TRUE(routes) << routes.error();
        EXPECT_TRUE(routes->table_seen);
        EXPECT_EQ(routes->routes.size(), 1U);
    }
}

TEST_F(OverSsh, NxosWithoutOutputHasNoSuchTable) {
    sshd_ = nxos_server("exit 0\n");
    device_ = make_device(io_.get_executor(), sshd_->target(inventory::Os::Nxos));
    const auto routes = wait_for(io_, device_->routes(pools_));
    ASSERT_TRUE(routes) << routes.error();
    EXPECT_FALSE(routes->table_seen);
}

TEST_F(OverSsh, NxosJsonThatIsCutIsNoTable) {
    sshd_ = nxos_server("echo '" + std::string(kNxosTable).substr(0, 200) + "'\n");
    device_ = make_device(io_.get_executor(), sshd_->target(inventory::Os::Nxos));
    const auto routes = wait_for(io_, device_->routes(pools_));
    ASSERT_FALSE(routes);
    EXPECT_EQ(routes.error().stage, Stage::Parse);
    EXPECT_THAT(routes.error().what, HasSubstr(" answers JSON that ends in the middle"));
}

TEST_F(OverSsh, NxosWithoutSoftReconfigurationCannotTellWhatWasReceived) {
    sshd_ = nxos_server("echo 'Inbound soft reconfiguration not enabled'\n");
    device_ = make_device(io_.get_executor(), sshd_->target(inventory::Os::Nxos));
    const auto received =
        wait_for(io_, device_->received(*net::Address::parse("198.51.100.2"), pools_));
    ASSERT_FALSE(received);
    EXPECT_EQ(received.error().kind, Failure::Kind::NotSupported);
    EXPECT_THAT(received.error().what, HasSubstr("soft-reconfiguration inbound always"));
}

}  // namespace
}  // namespace routeproof::drivers
