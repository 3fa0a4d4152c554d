#include "agent/peering/bfd/messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::bfd {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

net::Address address(std::string_view text) {
    return net::Address::parse(text).value();
}

SessionConfig config() {
    return {{address("fe80::1"), address("fe80::2"), "eth1"}, {100ms, 3}};
}

SessionStatus status() {
    SessionStatus status;
    status.config = config();
    status.view.state = State::Down;
    status.view.diagnostic = Diagnostic::ControlDetectionTimeExpired;
    status.view.remote_state = State::AdminDown;
    status.view.remote_diagnostic = Diagnostic::AdministrativelyDown;
    status.view.remote_control_plane_independent = true;
    status.view.remote_demand = true;
    status.view.liveness = Liveness::Failed;
    status.view.ups = 4;
    status.view.transmit_interval = 1s;
    status.view.detection_time = 300ms;
    status.view.remote_discriminator = 0xFFFFFFFF;
    status.since = std::chrono::system_clock::time_point(1700000000123456us);
    status.silence = 300126us;
    status.local_discriminator = 0x80000001;
    status.source_port = 65535;
    status.packets_in = 1;
    status.packets_out = 2;
    status.send_failures = 3;
    status.problem = "cannot \"send\"";
    return status;
}

ProcessStatus process() {
    ProcessStatus process;
    process.version = "0.1.0";
    process.pid = 42;
    process.scheduling = "fifo 20";
    process.memory_locked = true;
    process.started = std::chrono::system_clock::time_point(1700000000000001us);
    process.lateness.add(3ms);
    process.lateness.add(2s);
    process.discarded[static_cast<std::size_t>(Discard::TimeToLive)] = 7;
    return process;
}

TEST(BfdMessages, EveryRequestSurvivesTheWay) {
    for (const Request& request : {Request(request::Set{{config(), config()}}),
                                   Request(request::Set{}),
                                   Request(request::SyncDone{}),
                                   Request(request::Leave{}),
                                   Request(request::Status{})}) {
        const auto back = decode_request(encode(request));
        ASSERT_TRUE(back) << encode(request);
        EXPECT_EQ(*back, request);
    }
}

TEST(BfdMessages, EveryEventSurvivesTheWay) {
    for (const Event& event : {Event(status()),
                               Event(process()),
                               Event(event::Removed{config().key}),
                               Event(event::Error{"no \"room\""}),
                               Event(event::End{})}) {
        const std::string line = encode(event);
        EXPECT_EQ(line.find('\n'), line.size() - 1) << "one line";
        const auto back = decode_event(line);
        ASSERT_TRUE(back) << back.error();
        EXPECT_EQ(*back, event);
    }
}

TEST(BfdMessages, AShortSessionGetsTheDefaults) {
    const auto request = decode_request(R"({"do":"set","sessions":[{"peer":"2001:db8::1"}]})");
    ASSERT_TRUE(request) << request.error();
    const SessionConfig expected{{address("2001:db8::1"), address("::"), ""}, {300ms, 3}};
    EXPECT_EQ(std::get<request::Set>(*request).sessions, std::vector{expected});
}

struct Bad {
    const char* line;
    const char* complaint;
};

class BfdBadRequest : public testing::TestWithParam<Bad> {};

TEST_P(BfdBadRequest, IsRefusedInASentence) {
    const auto request = decode_request(GetParam().line);
    ASSERT_FALSE(request);
    EXPECT_THAT(request.error().what, HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Lines,
    BfdBadRequest,
    testing::Values(
        Bad{"", "parse error"},
        Bad{"[]", "type_error"},
        Bad{R"({"do":"dance"})", "'dance' is not known"},
        Bad{R"({"do":"set"})", "sessions"},
        Bad{R"({"do":"set","sessions":[{}]})", "peer"},
        Bad{R"({"do":"set","sessions":[{"peer":"leaf1"}]})", "'leaf1' is no address"},
        Bad{R"({"do":"set","sessions":[{"peer":"0.0.0.0"}]})", "one neighbour's address"},
        Bad{R"({"do":"set","sessions":[{"peer":"224.0.0.1"}]})", "one neighbour's address"},
        Bad{R"({"do":"set","sessions":[{"peer":"fe80::1"}]})", "needs its interface"},
        Bad{R"({"do":"set","sessions":[{"peer":"10.0.0.1","local":"fd00::1"}]})", "other family"},
        Bad{R"({"do":"set","sessions":[{"peer":"10.0.0.1","interface":"../eth0"}]})", "no name"},
        Bad{R"({"do":"set","sessions":[{"peer":"10.0.0.1","interval_us":9999}]})", "10 ms"},
        Bad{R"({"do":"set","sessions":[{"peer":"10.0.0.1","multiplier":256}]})", "multiplier"},
        Bad{R"({"do":"set","sessions":[{"peer":"10.0.0.1","multiplier":0}]})", "multiplier"}));

TEST(BfdMessages, MoreSessionsThanThereIsRoomForAreRefused) {
    request::Set set;
    set.sessions.assign(kMaxSessions + 1, {{address("10.0.0.1"), address("0.0.0.0"), ""}, {}});
    const auto request = decode_request(encode(Request(set)));
    ASSERT_FALSE(request);
    EXPECT_THAT(request.error().what, HasSubstr("more than 256 sessions"));
}

TEST(BfdMessages, ALineBeyondTheLimitIsRefusedUnread) {
    const auto request = decode_request(std::string(kLongestLine + 1, '['));
    ASSERT_FALSE(request);
    EXPECT_THAT(request.error().what, HasSubstr("longer than 65536 octets"));
}

TEST(BfdLateness, CountsByUpperBoundAndKeepsTheWorst) {
    Lateness lateness;
    for (const auto late : {0us, 1000us, 1001us, 100000us, 100001us}) {
        lateness.add(late);
    }
    EXPECT_EQ(lateness.counts, (std::array<std::uint64_t, 8>{2, 1, 0, 0, 0, 0, 1, 1}));
    EXPECT_EQ(lateness.max, 100001us);
}

}  // namespace
}  // namespace routeproof::bfd
