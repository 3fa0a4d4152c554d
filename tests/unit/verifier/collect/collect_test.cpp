#include "verifier/collect/collect.hpp"

#include "tests/unit/verifier/lab.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

namespace routeproof::verifier {
namespace {

namespace asio = boost::asio;
using testing::addr;
using testing::Lab;

struct Calls {
    std::vector<std::string> logins;
    std::vector<std::string> questions;  // "leaf1 routes"
    std::vector<std::string> commands;   // "dockerhost1: routeproof-agent announcements"
};

// Answers from a prepared observation, one turn of the loop later, as a network would.
class FakeDevice : public drivers::Device {
public:
    FakeDevice(asio::any_io_executor executor, RouterObservation answers, Calls& calls)
        : executor_(std::move(executor)), answers_(std::move(answers)), calls_(calls) {}

    drivers::Asked<drivers::DeviceFacts> facts() override {
        co_await turn("facts");
        co_return answers_.facts;
    }
    drivers::Asked<std::vector<drivers::BgpSession>> sessions() override {
        co_await turn("sessions");
        co_return answers_.sessions;
    }
    drivers::Asked<drivers::RouteTable> routes(std::vector<net::Prefix> pools) override {
        EXPECT_EQ(pools, std::vector{testing::pfx("172.16.100.0/24")});
        co_await turn("routes");
        co_return answers_.routes;
    }
    drivers::Asked<std::vector<drivers::ReceivedRoute>> received(
        net::Address peer, std::vector<net::Prefix>) override {
        co_await turn("received " + peer.to_string());
        co_return std::vector<drivers::ReceivedRoute>{};
    }
    drivers::Asked<drivers::ForwardingTable> forwarding(std::vector<net::Prefix>) override {
        co_await turn("forwarding");
        co_return drivers::ForwardingTable{};
    }
    drivers::Asked<drivers::PingResult> ping(net::Address destination) override {
        co_await turn("ping " + destination.to_string());
        co_return drivers::PingResult{};
    }
    std::string received_command(const net::Address& peer) const override {
        return "show received " + peer.to_string();
    }

private:
    asio::awaitable<void> turn(std::string question) {
        calls_.questions.push_back(answers_.router + " " + question);
        co_await asio::post(executor_, asio::use_awaitable);
    }

    asio::any_io_executor executor_;
    RouterObservation answers_;
    Calls& calls_;
};

Reach fakes(const Lab& lab, Calls& calls) {
    Reach reach;
    reach.device = [&lab, &calls](asio::any_io_executor executor, drivers::Target target) {
        calls.logins.push_back(target.name);
        return std::make_unique<FakeDevice>(
            std::move(executor), lab.observations.at(target.name), calls);
    };
    reach.command = [&lab, &calls](asio::any_io_executor executor,
                                   drivers::Target target,
                                   std::string command) -> drivers::Asked<std::string> {
        calls.commands.push_back(target.name + ": " + command);
        for (int turn = 0; turn < 20; ++turn) {  // slower than the routers
            co_await asio::post(executor, asio::use_awaitable);
        }
        for (const HostAccount& account : lab.accounts) {
            if (account.host == target.name && account.report) {
                co_return inventory::to_json(*account.report);
            }
        }
        co_return testing::refused();
    };
    return reach;
}

CollectRequest request_for(const Lab& lab) {
    CollectRequest request;
    request.inventory = lab.inventory;
    request.scope = lab.scope;
    return request;
}

TEST(Collect, LogsInOnceEverywhereAndAsksNoMoreThanNeeded) {
    const Lab lab;
    Calls calls;
    const Collected seen = collect(request_for(lab), fakes(lab, calls), false);
    EXPECT_EQ(calls.logins, (std::vector<std::string>{"leaf1", "leaf2"}));
    EXPECT_EQ(calls.questions.size(), 6U);
    EXPECT_EQ(calls.commands,
              (std::vector<std::string>{"dockerhost1: routeproof-agent announcements",
                                        "dockerhost2: routeproof-agent announcements"}));
    EXPECT_EQ(seen.expectations.workloads.size(), 4U);
    EXPECT_EQ(seen.observations.at("leaf1").command(addr("10.200.1.0")),
              "show received 10.200.1.0");
    EXPECT_EQ(seen.interrupted_by, 0);
}

TEST(Collect, AsksBeforePolicyWhatAHostAnnouncedAndTheTableLacks) {
    Lab lab;
    inventory::Announcement borrowed = lab.report("dockerhost1").announcements[0];
    borrowed.prefix = testing::pfx("172.16.100.66/32");  // known only when the host has answered
    lab.report("dockerhost1").announcements.push_back(borrowed);
    Calls calls;
    const Collected seen = collect(request_for(lab), fakes(lab, calls), false);
    EXPECT_EQ(calls.questions.back(), "leaf1 received 10.100.0.254");
    EXPECT_TRUE(seen.observations.at("leaf1").received.contains(addr("10.100.0.254")));
}

TEST(Collect, ALoginThatFailsIsNotTriedAgainAndHindersNobody) {
    Lab lab;
    lab.unreachable("leaf2", testing::refused());
    lab.silent("dockerhost2", testing::refused());
    Calls calls;
    const Collected seen = collect(request_for(lab), fakes(lab, calls), false);
    EXPECT_EQ(std::count_if(calls.questions.begin(),
                            calls.questions.end(),
                            [](const std::string& q) { return q.starts_with("leaf2"); }),
              1);
    EXPECT_EQ(seen.observations.at("leaf2").routes.error(), testing::refused());
    EXPECT_TRUE(seen.observations.at("leaf1").looked_into());
    EXPECT_EQ(seen.expectations.account("dockerhost2")->failure, testing::refused());
}

TEST(Collect, ReportsFromAFileSpareTheAgents) {
    Lab lab;
    CollectRequest request = request_for(lab);
    request.reports = {lab.report("dockerhost1"), lab.report("dockerhost2")};
    Calls calls;
    const Collected seen = collect(request, fakes(lab, calls), false);
    EXPECT_TRUE(calls.commands.empty());
    EXPECT_EQ(seen.expectations.workloads.size(), 4U);
}

TEST(Collect, ASignalEndsItWithWhatIsKnown) {
    const Lab lab;
    Calls calls;
    Reach reach = fakes(lab, calls);
    reach.command = [](asio::any_io_executor executor,
                       drivers::Target,
                       std::string) -> drivers::Asked<std::string> {
        ::raise(SIGINT);
        for (;;) {  // a host that never answers
            co_await asio::post(executor, asio::use_awaitable);
        }
    };
    const Collected seen = collect(request_for(lab), reach, true);
    EXPECT_EQ(seen.interrupted_by, SIGINT);
    EXPECT_EQ(seen.expectations.account("dockerhost1")->failure->what,
              "interrupted before it answered");
    EXPECT_EQ(seen.expectations.routes.size(), 4U);
}

}  // namespace
}  // namespace routeproof::verifier
