#include "agent/app/config.hpp"

#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace routeproof::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kGood = R"(routeproof: 1
host: dockerhost1
asn: 65100
pools:
  - {cidr: 172.16.100.0/24, block_size: 26}
blocks: [172.16.100.0/26]
peers:
  - {name: leaf1, address: 10.100.0.253, asn: 65000, local_address: 10.100.0.254, hold_time: 9}
)";

class AgentConfig : public testing::Test {
protected:
    inventory::Loaded<Config> load(const std::string& text) {
        const auto file = directory_.path() / "agent.yml";
        std::ofstream(file) << text;
        return load_config(file);
    }

    static std::string with(const std::string& what, const std::string& by) {
        std::string text = kGood;
        const auto at = text.find(what);
        EXPECT_NE(at, std::string::npos) << what;
        return text.replace(at, what.size(), by);
    }

    std::string complaint(const std::string& text) {
        const auto loaded = load(text);
        return loaded ? "(none)"
                      : loaded.error().front().to_string().substr(
                            directory_.path().string().size() + 1);
    }

    test::TempDir directory_;
};

TEST_F(AgentConfig, ReadsAFileAndFillsInDefaults) {
    const auto loaded = load(kGood);
    ASSERT_TRUE(loaded) << loaded.error().front();
    EXPECT_EQ(loaded->host, "dockerhost1");
    EXPECT_EQ(loaded->router_id.to_string(), "10.100.0.254") << "from the first peer";
    EXPECT_THAT(loaded->import, ElementsAre(loaded->pools[0].cidr)) << "the pools";
    ASSERT_EQ(loaded->peers.size(), 1U);
    EXPECT_EQ(loaded->peers[0].hold_time, std::chrono::seconds(9));
    EXPECT_TRUE(loaded->peers[0].graceful_restart.enabled);
    EXPECT_EQ(loaded->peers[0].graceful_restart.restart_time, std::chrono::seconds(30));
    EXPECT_EQ(loaded->docker_socket, "/var/run/docker.sock");
}

TEST_F(AgentConfig, AnEmptyImportListMeansNothingIsImported) {
    const auto loaded = load(std::string(kGood) + "import: []\n");
    ASSERT_TRUE(loaded);
    EXPECT_TRUE(loaded->import.empty());
}

TEST_F(AgentConfig, ASharedStoreIsAListOfMembersWithFilesBesideTheConfiguration) {
    EXPECT_FALSE(load(kGood)->store) << "this host's own file";
    const auto loaded = load(
        std::string(kGood) +
        "store: {etcd: [https://10.0.0.1:2379, https://etcd2], ca: ca.pem, certificate: a.pem, "
        "key: a.key, folder: /lab/}\n");
    ASSERT_TRUE(loaded) << loaded.error().front();
    ASSERT_TRUE(loaded->store);
    EXPECT_EQ(
        loaded->store->endpoints,
        (std::vector<store::etcd::Endpoint>{{true, "10.0.0.1", 2379}, {true, "etcd2", 2379}}));
    const auto beside = [this](const char* name) { return directory_.path() / name; };
    EXPECT_EQ(loaded->store->tls,
              (store::etcd::TlsFiles{beside("ca.pem"), beside("a.pem"), beside("a.key")}));
    EXPECT_EQ(loaded->store->folder, "/lab/");
}

TEST_F(AgentConfig, AStoreThatCannotBeUsedIsRefusedWithTheRemedy) {
    const auto store = [this](const char* text) {
        return complaint(std::string(kGood) + "store: " + text + "\n");
    };
    EXPECT_THAT(store("{etcd: [10.0.0.1:2379]}"),
                HasSubstr("store: \"10.0.0.1:2379\" is no endpoint of etcd; write it as https://"));
    EXPECT_THAT(store("{etcd: []}"), HasSubstr("store: no endpoint is named"));
    EXPECT_THAT(store("{etcd: [https://a], key: a.key}"), HasSubstr("a certificate needs its key"));
    EXPECT_THAT(store("{etcd: [https://a], folder: lab}"),
                HasSubstr("does not begin and end with a slash"));
    EXPECT_THAT(store("{consul: [https://a]}"), HasSubstr("consul"));
}

TEST_F(AgentConfig, APoolSaysHowItsAddressesAreGiven) {
    const auto loaded = load(with("block_size: 26}",
                                  "block_size: 26, strict_affinity: true, cooldown: 5m, "
                                  "reserved: [172.16.100.0/30]}"));
    ASSERT_TRUE(loaded) << loaded.error().front();
    const inventory::Pool& pool = loaded->pools.front();
    EXPECT_TRUE(pool.strict_affinity);
    EXPECT_EQ(pool.cooldown, std::chrono::minutes(5));
    EXPECT_THAT(pool.reserved, ElementsAre(*net::Prefix::parse("172.16.100.0/30")));
    EXPECT_THAT(complaint(with("block_size: 26}", "reserved: [10.0.0.0/30]}")),
                HasSubstr("reserved 10.0.0.0/30 lies outside the pool"));
}

TEST_F(AgentConfig, SaysWhereAndWhatIsWrong) {
    EXPECT_EQ(complaint(with("host: dockerhost1", "hots: dockerhost1")),
              "agent.yml:2:1: agent configuration: unknown key \"hots\"; did you mean host?");
    EXPECT_THAT(
        complaint(with("hold_time: 9", "hold_time: 2")),
        HasSubstr("agent.yml:8:94: peer 10.100.0.253: hold_time must be 0 or at least 3 seconds"));
    EXPECT_THAT(
        complaint(with("asn: 65000", "asn: 65100")),
        HasSubstr("peer 10.100.0.253 has this host's own AS 65100; a host is an AS of its own"));
    EXPECT_THAT(
        complaint(with("blocks: [172.16.100.0/26]", "blocks: [172.16.100.0/25]")),
        HasSubstr("agent.yml:6:9: dockerhost1: block 172.16.100.0/25 is not one block of pool"));
    EXPECT_THAT(complaint(with("local_address: 10.100.0.254", "local_address: 2001:db8::1")),
                HasSubstr("local_address 2001:db8::1 is of another family"));
    EXPECT_THAT(complaint(std::string(kGood) + "import: [2001:db8::/32]\n"),
                HasSubstr("import: 2001:db8::/32: IPv6 routes are not served yet"));
    EXPECT_THAT(complaint(with("address: 10.100.0.253, asn: 65000, local_address: 10.100.0.254",
                               "address: 2001:db8::1, asn: 65000, local_address: 2001:db8::2")),
                HasSubstr("peer leaf1: IPv6 peerings are not served yet"));
    EXPECT_THAT(complaint(with("172.16.100.0/24, block_size: 26", "2001:db8::/64")),
                HasSubstr("IPv6 pools are not served yet"));
    EXPECT_THAT(complaint(with("10.100.0.253", "10.100.0.254")),
                HasSubstr("peer 10.100.0.254 has this host's own local_address"));
}

TEST_F(AgentConfig, NamesAreFitForFilesRecordsAndTerminals) {
    for (const char* host : {"\"docker\\x1bhost\"", "a/b", "caf\xe9", "-x"}) {
        EXPECT_THAT(complaint(with("host: dockerhost1", std::string("host: ") + host)),
                    HasSubstr("agent.yml:2:7: agent configuration: host is no name of a host"))
            << host;
    }
    for (const char* alias : {"../docker", "a/b", "\"two words\""}) {
        EXPECT_THAT(complaint(std::string(kGood) + "aliases: [calico, " + alias + "]\n"),
                    HasSubstr("aliases: one of them is no name of a driver"))
            << alias;
    }
    EXPECT_EQ(complaint(std::string(kGood) + "aliases: [calico, my.net_1-x]\n"), "(none)");
}

}  // namespace
}  // namespace routeproof::agent
