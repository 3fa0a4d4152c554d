#include "agent/control/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace routeproof::control {
namespace {

using testing::Contains;
using testing::Key;

/// Samples by name and labels. Fails the test on everything that Prometheus' text format 0.0.4 or
/// its naming rules do not allow.
std::map<std::string, double> parse(const std::string& text) {
    static const std::regex kHelp("# HELP ([a-z_]+) \\S.*");
    static const std::regex kType("# TYPE ([a-z_]+) (counter|gauge|histogram)");
    static const std::regex kSample(
        "([a-z_]+)((?:\\{(?:[a-z_]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\",?)*\\})?) "
        "([0-9.e+-]+)");
    std::map<std::string, double> samples;
    std::set<std::string> begun;
    std::string family;
    std::string type;
    EXPECT_TRUE(text.ends_with('\n'));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        if (std::regex_match(line, found, kHelp)) {
            EXPECT_TRUE(begun.insert(found[1]).second) << "a family twice: " << line;
            EXPECT_TRUE(std::string(found[1]).starts_with("routeproof_")) << line;
            family = found[1];
            type.clear();
        } else if (std::regex_match(line, found, kType)) {
            EXPECT_EQ(found[1], family) << "TYPE of another family";
            type = found[2];
            EXPECT_EQ(type == "counter", family.ends_with("_total")) << line;
        } else if (std::regex_match(line, found, kSample)) {
            std::string name = found[1];
            if (type == "histogram") {
                name = std::regex_replace(name, std::regex("_(bucket|sum|count)$"), "");
            }
            EXPECT_EQ(name, family) << "a sample of another family";
            EXPECT_FALSE(type.empty()) << "a sample before its TYPE";
            const auto key = std::string(found[1]) + std::string(found[2]);
            EXPECT_TRUE(samples.emplace(key, std::stod(found[3])).second) << "twice: " << key;
        } else {
            ADD_FAILURE() << "not Prometheus: " << line;
        }
    }
    return samples;
}

Identity identity() {
    return {"dockerhost1", net::Asn(65100), net::RouterId(0x0A000001)};
}

bgp::SessionStatus session(const char* peer, std::string name) {
    bgp::SessionStatus status;
    status.key = peer;
    status.peer = net::Address::parse(peer).value();
    status.name = std::move(name);
    return status;
}

TEST(Metrics, APeerThatWasNeverUpHasItsSamplesAtZero) {
    const auto samples = parse(make_metrics(identity(), {session("10.0.0.2", "leaf1")}, {}));
    EXPECT_EQ(samples.at("routeproof_bgp_session_up{peer=\"10.0.0.2\",name=\"leaf1\"}"), 0);
    EXPECT_EQ(samples.at("routeproof_bgp_session_state{peer=\"10.0.0.2\",name=\"leaf1\"}"), 1);
    EXPECT_THAT(samples,
                Contains(Key("routeproof_bgp_messages_total{peer=\"10.0.0.2\",name=\"leaf1\","
                             "direction=\"received\",type=\"update\"}")));
}

TEST(Metrics, ASessionThatIsUpCounts) {
    auto up = session("10.0.0.2", "leaf1");
    up.state = bgp::State::Established;
    up.families = {{bgp::kIpv4Unicast, 3, 2, 1, 0, true}};
    up.sent_messages.update = 7;
    up.bfd = bgp::BfdState::Up;
    up.faults[{bgp::ErrorAction::AttributeDiscard, 7}] = 2;
    const auto samples = parse(make_metrics(identity(), {up, session("2001:db8::1", "b")}, {}));
    EXPECT_EQ(samples.at("routeproof_bgp_session_up{peer=\"10.0.0.2\",name=\"leaf1\"}"), 1);
    EXPECT_EQ(samples.at("routeproof_bgp_session_state{peer=\"10.0.0.2\",name=\"leaf1\"}"), 6);
    EXPECT_EQ(samples.at("routeproof_bgp_prefixes{peer=\"10.0.0.2\",name=\"leaf1\","
                         "family=\"ipv4-unicast\",table=\"advertised\"}"),
              3);
    EXPECT_EQ(samples.at("routeproof_bgp_messages_total{peer=\"10.0.0.2\",name=\"leaf1\","
                         "direction=\"sent\",type=\"update\"}"),
              7);
    EXPECT_EQ(samples.at("routeproof_bfd_up{peer=\"10.0.0.2\",name=\"leaf1\"}"), 1);
    EXPECT_THAT(samples,
                Contains(testing::Pair(
                    testing::AllOf(testing::StartsWith("routeproof_bgp_attribute_faults_total{"),
                                   testing::HasSubstr("attribute=\"AGGREGATOR\"")),
                    2)));
    EXPECT_FALSE(samples.contains("routeproof_bfd_up{peer=\"2001:db8::1\",name=\"b\"}"))
        << "it has no BFD";
}

TEST(Metrics, WithoutPeersThereIsStillWhoSpeaks) {
    const auto samples = parse(make_metrics(identity(), {}, {}));
    EXPECT_EQ(samples.at("routeproof_build_info{version=\"" ROUTEPROOF_VERSION
                         "\",host=\"dockerhost1\",asn=\"65100\",router_id=\"10.0.0.1\"}"),
              1);
}

TEST(Metrics, ANameCannotBreakALine) {
    const auto samples = parse(make_metrics(identity(), {session("10.0.0.2", "a\"} 7\nb\\")}, {}));
    EXPECT_THAT(samples,
                Contains(Key("routeproof_bgp_session_up{peer=\"10.0.0.2\",name=\"a\\\"} 7\\nb\\\\"
                             "\"}")));
}

TEST(Metrics, LatenessIsAHistogram) {
    Lateness::Counts counts;
    counts.within = {1, 1, 2, 2, 3, 3};
    counts.all = 4;
    counts.sum = Lateness::Seconds(12.5);
    counts.longest = Lateness::Seconds(9);
    const auto samples = parse(make_metrics(identity(), {}, counts));
    EXPECT_EQ(samples.at("routeproof_timer_lateness_seconds_bucket{le=\"0.001\"}"), 1);
    EXPECT_EQ(samples.at("routeproof_timer_lateness_seconds_bucket{le=\"+Inf\"}"), 4);
    EXPECT_EQ(samples.at("routeproof_timer_lateness_seconds_sum"), 12.5);
    EXPECT_EQ(samples.at("routeproof_timer_lateness_seconds_count"), 4);
    EXPECT_EQ(samples.at("routeproof_timer_lateness_longest_seconds"), 9);
}

}  // namespace
}  // namespace routeproof::control
