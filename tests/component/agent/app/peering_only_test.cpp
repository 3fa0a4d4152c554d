// The stand-alone mode with two of them as each other's peers on loopback.
#include "agent/app/peering_only.hpp"

#include "inventory/agent_client.hpp"
#include "tests/support/bfd_server.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <set>
#include <thread>

namespace routeproof::agent {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

/// Of this run alone: several may be under way on one machine.
std::string with_port(std::string text) {
    const std::string port = std::to_string(20000 + ::getpid() % 10000);
    return text.replace(text.find("PORT"), 4, port);
}

constexpr const char* kActive = R"(routeproof: 1
asn: 65100
router_id: 10.0.0.1
listen_port: 0
peers:
  - {address: 127.0.0.2, asn: 65000, local_address: 127.0.0.1, port: PORT, import: all, connect_retry: 0.1}
announce: [192.0.2.0/24]
)";
constexpr const char* kPassive = R"(routeproof: 1
asn: 65000
router_id: 10.0.0.2
listen_port: PORT
peers:
  - {address: 127.0.0.1, asn: 65100, local_address: 127.0.0.2, passive: true, import: all}
)";

/// One program on a thread of its own, as a process would be.
class Program {
public:
    Program(const std::filesystem::path& folder, const std::string& name, const char* config)
        : socket(folder / (name + ".sock")) {
        const auto path = folder / (name + ".yml");
        std::ofstream(path) << with_port(config);
        peering_.emplace(
            io_,
            config::load_peering_file(path).value(),
            PeeringPlaces{socket, {}},
            [this](log::Severity, std::string_view event, const log::Fields&) {
                session_ended_ = session_ended_ || event == log::event::kBgpSessionDown;
            },
            [this] { io_.stop(); });
        const auto started = peering_->start();
        EXPECT_TRUE(started) << started.error();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~Program() {
        io_.stop();
        join();
    }
    void join() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    bool session_ended() const { return session_ended_; }
    Json status() const { return Json::parse(inventory::ask_agent(socket, "/v1/status").value()); }

    /// Polls the status until `fine` likes the only session.
    Json session_when(const std::function<bool(const Json&)>& fine) const {
        Json session;
        for (int i = 0; i < 3000; ++i) {
            session = status()["sessions"][0];
            if (fine(session)) {
                return session;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ADD_FAILURE() << "not within 30 s: " << session.dump();
        return session;
    }

    const std::filesystem::path socket;

private:
    boost::asio::io_context io_{1};
    std::atomic<bool> session_ended_{false};  // written by its own thread
    std::optional<PeeringOnly> peering_;
    std::thread thread_;
};

class PeeringOnlyTest : public testing::Test {
protected:
    test::TempDir folder_;
    Program passive_{folder_.path(), "passive", kPassive};
    Program active_{folder_.path(), "active", kActive};
};

TEST_F(PeeringOnlyTest, WhatIsConfiguredAndWhatIsPostedReachesThePeer) {
    passive_.session_when([](const Json& session) { return session["accepted"] == 1; });
    const auto posted = inventory::post_to_agent(
        active_.socket,
        "/v1/prefixes",
        R"({"announce": ["198.51.100.0/24", "203.0.113.0/24"], "withdraw": ["192.0.2.0/24"]})");
    ASSERT_TRUE(posted) << posted.error();
    EXPECT_EQ(Json::parse(*posted), Json({{"announced", 2}, {"withdrawn", 1}}));
    passive_.session_when([](const Json& session) { return session["accepted"] == 2; });
}

TEST_F(PeeringOnlyTest, MetricsAreOnTheSocketAndOnlyThereUnlessWanted) {
    active_.session_when([](const Json& session) { return session["state"] == "Established"; });
    const auto metrics = inventory::ask_agent(active_.socket, "/metrics");
    ASSERT_TRUE(metrics) << metrics.error();
    EXPECT_THAT(*metrics,
                HasSubstr("routeproof_bgp_session_up{peer=\"127.0.0.2\",name=\"127.0.0.2\"} 1\n"));
}

TEST_F(PeeringOnlyTest, ARequestWithOneBadPrefixChangesNothing) {
    active_.session_when([](const Json& session) { return session["advertised"] == 1; });
    const auto posted = inventory::post_to_agent(
        active_.socket, "/v1/prefixes", R"({"announce": ["198.51.100.0/24", "203.0.113.1/24"]})");
    ASSERT_FALSE(posted);
    EXPECT_EQ(posted.error().kind, inventory::AgentError::Kind::Refused);
    EXPECT_THAT(posted.error().what, HasSubstr("announce[1]: \"203.0.113.1/24\""));
    EXPECT_EQ(active_.status()["sessions"][0]["advertised"], 1);
}

TEST_F(PeeringOnlyTest, APeerIsShutDownEnabledRemovedAndAdded) {
    const auto post = [this](const std::string& path, const std::string& body) {
        const auto posted = inventory::post_to_agent(active_.socket, path, body);
        EXPECT_TRUE(posted) << posted.error();
    };
    const auto up = [](const Json& session) { return session["state"] == "Established"; };
    active_.session_when(up);
    post("/v1/peers/127.0.0.2/shutdown", R"({"text": "works"})");
    const Json told = passive_.session_when([&](const Json& now) { return !up(now); });
    EXPECT_THAT(told["last_error"].get<std::string>(), HasSubstr("works"));
    EXPECT_NE(active_.status()["sessions"][0]["held"], "");
    post("/v1/peers/127.0.0.2/enable", "");
    active_.session_when(up);
    const std::string peer = R"({"address": "127.0.0.9", "asn": 65009, "local_address": "127.0.0.1",
                                 "port": 1, "connect_retry": 3600})";
    post("/v1/peers", peer);
    EXPECT_EQ(active_.status()["sessions"].size(), 2U);
    EXPECT_EQ(active_.status()["sessions"][0]["flaps"], 1) << "the other was not touched";
}

TEST_F(PeeringOnlyTest, TablesShowWhatWasSentAndReceivedAndOnlyWhatWasAskedFor) {
    const auto routes = [](const Program& program, const std::string& table) {
        const auto answer = inventory::ask_agent(program.socket, "/v1/tables/" + table);
        EXPECT_TRUE(answer) << answer.error();
        return answer ? Json::parse(*answer).at("routes") : Json();
    };
    ASSERT_TRUE(inventory::post_to_agent(
        active_.socket,
        "/v1/prefixes",
        R"({"announce": [{"prefix": "198.51.100.1/32", "med": 50, "communities": ["65000:1"]}]})"));
    passive_.session_when([](const Json& session) { return session["accepted"] == 2; });
    Json received = routes(passive_, "adj-rib-in?prefix=198.51.100.0/24");
    ASSERT_EQ(received.size(), 1U);
    received[0].erase("status");
    EXPECT_EQ(received[0], Json::parse(R"({"prefix": "198.51.100.1/32", "peer": "127.0.0.1",
                              "next_hops": ["127.0.0.1"], "as_path": "65100", "med": 50,
                              "communities": ["65000:1"]})"));
    EXPECT_EQ(routes(passive_, "adj-rib-in?peer=127.0.0.1").size(), 2U);
    EXPECT_EQ(routes(passive_, "adj-rib-in?family=ipv6-unicast").size(), 0U);
    EXPECT_EQ(routes(passive_, "loc-rib").size(), 2U);
    const Json sent = routes(active_, "adj-rib-out?prefix=198.51.100.1/32");
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0]["status"], "sent");
    EXPECT_EQ(sent[0]["med"], 50);
    EXPECT_EQ(routes(active_, "adj-rib-in").size(), 0U);
    EXPECT_EQ(routes(active_, "loc-rib")[0]["status"], "originated");
}

TEST_F(PeeringOnlyTest, SaysWhyAPrefixIsNotOut) {
    active_.session_when([](const Json& session) { return session["advertised"] == 1; });
    const auto verdict = [this](const std::string& prefix) {
        const auto answer = inventory::ask_agent(active_.socket, "/v1/prefixes/" + prefix);
        EXPECT_TRUE(answer) << answer.error();
        return Json::parse(*answer).at("peers").at(0).at("advertised").get<std::string>();
    };
    const std::string out = verdict("192.0.2.0/24");
    ASSERT_TRUE(inventory::post_to_agent(
        active_.socket, "/v1/prefixes", R"({"announce": ["2001:db8::/32"]})"));
    const std::string other_family = verdict("2001:db8::%2F32");
    const std::string unknown = verdict("203.0.113.0/24");
    EXPECT_EQ((std::set{out, other_family, unknown}.size()), 3U)
        << out << " / " << other_family << " / " << unknown;
}

TEST_F(PeeringOnlyTest, WhatCannotBeShownIsSaid) {
    const auto refusal = [this](const std::string& path) {
        const auto answer = inventory::ask_agent(active_.socket, path);
        return answer ? "(done)" : answer.error().what;
    };
    EXPECT_THAT(refusal("/v1/tables/adj-rib-on"), HasSubstr("did you mean adj-rib-in?"));
    EXPECT_THAT(refusal("/v1/tables/adj-rib-in?peer=127.0.0.7"), HasSubstr("no peer 127.0.0.7"));
    EXPECT_THAT(refusal("/v1/tables/loc-rib?prefix=192.0.2.1/24"), HasSubstr("\"192.0.2.1/24\""));
    EXPECT_THAT(refusal("/v1/tables/loc-rib?famly=x"), HasSubstr("did you mean family?"));
    EXPECT_THAT(refusal("/v1/prefixes/192.0.2.0"), HasSubstr("not a prefix"));
}

TEST_F(PeeringOnlyTest, WhatCannotBeDoneToAPeerIsSaid) {
    const auto refusal = [this](const std::string& path, const std::string& body) {
        const auto posted = inventory::post_to_agent(active_.socket, path, body);
        return posted ? "(done)" : posted.error().what;
    };
    EXPECT_THAT(refusal("/v1/peers/127.0.0.7/reset", ""), HasSubstr("there is no peer 127.0.0.7"));
    EXPECT_THAT(refusal("/v1/peers/127.0.0.2/explode", ""), HasSubstr("can be told refresh"));
    EXPECT_THAT(refusal("/v1/peers/127.0.0.2/reset", "[]"), HasSubstr("expected nothing, or"));
    EXPECT_THAT(refusal("/v1/peers", "{"), HasSubstr("request:"));
    EXPECT_THAT(refusal("/v1/peers", R"({"adress": "127.0.0.9"})"),
                HasSubstr("request:1:2: peer: unknown key \"adress\"; did you mean address?"));
    EXPECT_EQ(active_.status()["sessions"].size(), 1U);
}

TEST_F(PeeringOnlyTest, DrainingMarksWhatIsAnnounced) {
    passive_.session_when([](const Json& session) { return session["accepted"] == 1; });
    ASSERT_TRUE(inventory::post_to_agent(active_.socket, "/v1/drain", ""));
    EXPECT_EQ(active_.status()["draining"], true);
    ASSERT_TRUE(inventory::post_to_agent(active_.socket, "/v1/undrain", ""));
    EXPECT_EQ(active_.status()["draining"], false);
}

TEST_F(PeeringOnlyTest, LeavingIsAnsweredAndToldToThePeer) {
    active_.session_when([](const Json& session) { return session["advertised"] == 1; });
    const auto posted = inventory::post_to_agent(
        active_.socket, "/v1/stop", R"({"mode": "leave", "text": "moving out"})");
    ASSERT_TRUE(posted) << posted.error();
    active_.join();
    EXPECT_FALSE(std::filesystem::exists(active_.socket));
    const Json session = passive_.session_when(
        [](const Json& now) { return now["state"] != "Established" && now["last_error"] != ""; });
    EXPECT_THAT(session["last_error"].get<std::string>(), HasSubstr("moving out"));
}

// Many routers end a session at once when they hear AdminDown: it must have ended before.
TEST(PeeringOnlyBfd, HearsThatWeLeaveWhenTheSessionHasEnded) {
    const test::TempDir folder;
    boost::asio::io_context io{1};
    const test::BfdServer process(io, folder.path() / "bfd.sock");
    std::string with_bfd = kActive;
    with_bfd.replace(with_bfd.find("connect_retry"), 0, "bfd: true, ");
    const Program passive(folder.path(), "passive", kPassive);
    Program active(folder.path(), "active", with_bfd.c_str());
    active.session_when([](const Json& session) { return session["advertised"] == 1; });
    ASSERT_TRUE(inventory::post_to_agent(active.socket, "/v1/stop", R"({"mode": "leave"})"));
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (process.heard.empty() || process.heard.back() != bfd::Request(bfd::request::Leave{})) {
        ASSERT_LT(std::chrono::steady_clock::now(), end) << "waited in vain for the leave";
        io.run_one_for(std::chrono::milliseconds(50));
    }
    EXPECT_TRUE(active.session_ended());
    active.join();
}

}  // namespace
}  // namespace routeproof::agent
