#include "agent/docker/registry.hpp"

#include "inventory/store/memory_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::docker {
namespace {

using testing::ElementsAre;

Timestamp noon() {
    return from_rfc3339("2026-11-23T12:00:00Z").value();
}

Network network() {
    Network network;
    network.id = "cafe01";
    network.subnets = {net::Prefix::parse("172.16.100.0/24").value()};
    network.options = {{"mtu", "9000"}};
    network.mtu = 9000;
    network.created = noon();
    return network;
}

Endpoint endpoint() {
    Endpoint endpoint;
    endpoint.id = "aaaaaaaaaaaa";
    endpoint.network_id = "cafe01";
    endpoint.address = net::Address::parse("172.16.100.1").value();
    endpoint.options = {{"announce", "false"}};
    endpoint.sandbox = "/var/run/docker/netns/0123456789ab";
    endpoint.created = noon();
    return endpoint;
}

TEST(DockerRegistry, SurvivesTheAgent) {
    store::MemoryStore store;
    {
        Registry first(store);
        ASSERT_TRUE(first.put(network()));
        ASSERT_TRUE(first.put(endpoint()));
        ASSERT_TRUE(first.set_network_name("cafe01", "demo"));
        ASSERT_TRUE(first.set_container("aaaaaaaaaaaa", "demo1"));
    }
    Registry second(store);
    EXPECT_TRUE(second.load().value().empty());
    Network named = network();
    named.name = "demo";
    Endpoint known = endpoint();
    known.container = "demo1";
    ASSERT_NE(second.network("cafe01"), nullptr);
    ASSERT_NE(second.endpoint("aaaaaaaaaaaa"), nullptr);
    EXPECT_EQ(*second.network("cafe01"), named);
    EXPECT_EQ(*second.endpoint("aaaaaaaaaaaa"), known);
}

TEST(DockerRegistry, RemovedIsRemovedInTheStoreToo) {
    store::MemoryStore store;
    Registry registry(store);
    ASSERT_TRUE(registry.put(endpoint()));
    ASSERT_TRUE(registry.remove_endpoint("aaaaaaaaaaaa"));
    EXPECT_EQ(registry.endpoint("aaaaaaaaaaaa"), nullptr);
    EXPECT_TRUE(store.list("").value().empty());
}

TEST(DockerRegistry, UnreadableRecordsAreSkippedAndNamed) {
    store::MemoryStore store;
    store::Transaction damage;
    damage.puts = {{"docker/networks/cafe01", "{\"id\":\"cafe01\"}"},
                   {"docker/endpoints/aaaaaaaaaaaa", "garbage"}};
    ASSERT_TRUE(store.commit(damage));
    Registry registry(store);
    EXPECT_THAT(registry.load().value(),
                ElementsAre("docker/networks/cafe01", "docker/endpoints/aaaaaaaaaaaa"));
    EXPECT_TRUE(registry.networks().empty());
}

TEST(DockerRegistry, NamesOfWhatIsGoneAreIgnored) {
    store::MemoryStore store;
    Registry registry(store);
    EXPECT_TRUE(registry.set_container("aaaaaaaaaaaa", "demo1"));
    EXPECT_TRUE(registry.set_network_name("cafe01", "demo"));
    EXPECT_TRUE(store.list("").value().empty());
}

}  // namespace
}  // namespace routeproof::docker
