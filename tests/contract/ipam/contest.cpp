#include "tests/contract/ipam/contest.hpp"

#include "agent/ipam/allocator.hpp"
#include "agent/ipam/keys.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <sstream>
#include <thread>

namespace routeproof::ipam {
namespace {

constexpr int kWanted = 10;

Configuration configuration(int host) {
    inventory::Pool pool;
    pool.name = "demo";
    pool.cidr = net::Prefix::parse("172.16.100.0/24").value();
    Configuration configuration{host_name(host), {pool}, {}};
    configuration.shared = true;
    return configuration;
}

/// Half of them in one block, half in another.
net::Address wanted(int number) {
    const std::string last = std::to_string(60 + number);
    return net::Address::parse("172.16.100." + last).value();
}

}  // namespace

std::string host_name(int host) {
    return "dockerhost" + std::to_string(host);
}

void begin_contest(store::Store& store) {
    for (int host = 0; host < kHosts; ++host) {
        const std::string name = host_name(host);
        ASSERT_TRUE(store.commit({{}, {{alive_key(name), "yes"}, {heard_key(name), "yes"}}, {}}));
    }
}

std::vector<std::string> play(int host, const StoreOf& store_of) {
    std::vector<std::string> wins;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&, thread] {
            Allocator allocator(store_of(thread), configuration(host));
            for (int i = 0; i < kWanted; ++i) {
                const auto address = wanted((i + thread) % kWanted);
                const std::string endpoint =
                    host_name(host) + "-" + std::to_string(thread) + "-" + std::to_string(i);
                const PoolId pool{net::Prefix::parse("172.16.100.0/24").value(), std::nullopt};
                const auto given = allocator.request_address({pool, address, Kind::Container, {}});
                if (!given) {
                    EXPECT_EQ(given.error().code, Errc::Taken) << given.error();
                    continue;
                }
                // dockerd asks for an address as often as it likes; who gets an endpoint has it.
                const auto bound = allocator.bind({address, "net", endpoint, ""});
                if (bound) {
                    const std::lock_guard lock(mutex);
                    wins.push_back(address.to_string() + " " + endpoint);
                } else {
                    EXPECT_EQ(bound.error().code, Errc::Taken) << bound.error();
                    EXPECT_TRUE(allocator.release_address(address));  // as dockerd does
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    return wins;
}

void expect_ten_winners(store::Store& store, const std::vector<std::string>& wins) {
    EXPECT_EQ(wins.size(), static_cast<std::size_t>(kWanted));
    std::set<std::string> addresses;
    Allocator reader(store, configuration(0));
    for (const std::string& win : wins) {
        std::istringstream words(win);
        std::string address;
        std::string endpoint;
        words >> address >> endpoint;
        addresses.insert(address);
        const auto found = reader.find(net::Address::parse(address).value()).value();
        ASSERT_TRUE(found) << address;
        EXPECT_EQ(found->endpoint, endpoint);
        EXPECT_TRUE(endpoint.starts_with(found->host + "-")) << *found;
    }
    EXPECT_EQ(addresses.size(), static_cast<std::size_t>(kWanted)) << "one winner per address";
    EXPECT_EQ(reader.allocations().value().size(), static_cast<std::size_t>(kWanted));
    EXPECT_EQ(store.list(kBlocks).value().size(), 2U) << "a block has one owner, too";
}

}  // namespace routeproof::ipam
