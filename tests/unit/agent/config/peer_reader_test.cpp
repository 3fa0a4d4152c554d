#include "agent/config/peer_reader.hpp"

#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace routeproof::config {
namespace {

using inventory::yaml::File;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class PeerReader : public testing::Test {
protected:
    std::optional<bgp::PeerConfig> read(const std::string& keys) {
        file_ = File("request");
        const std::string base = "{address: 10.0.0.2, local_address: 10.0.0.1";
        const std::string asn = keys.find("asn:") == std::string::npos ? ", asn: 65000" : "";
        return read_peer(file_, file_.parse(base + asn + ", " + keys + "}"), defaults_);
    }

    std::string complaint(const std::string& keys) {
        read(keys);
        return file_.diagnostics().empty() ? "(none)" : file_.diagnostics().front().to_string();
    }

    PeerDefaults defaults_{net::Asn(65100), {}, {}};
    File file_{"request"};
};

TEST_F(PeerReader, EveryKeyOfTheTransport) {
    const auto peer = read(
        "name: leaf1, port: 1179, passive: true, hold_time: 9, connect_retry: 0.2, "
        "password: secret, multihop: 4");
    ASSERT_TRUE(peer);
    EXPECT_EQ(peer->name, "leaf1");
    EXPECT_EQ(peer->port, 1179);
    EXPECT_TRUE(peer->passive);
    EXPECT_EQ(peer->hold_time, seconds(9));
    EXPECT_EQ(peer->connect_retry, milliseconds(200));
    EXPECT_EQ(peer->password.reveal(), "secret");
    EXPECT_EQ(peer->multihop, 4U);
    EXPECT_EQ(read("ttl_security: 1")->ttl_security_hops, 1U);
}

TEST_F(PeerReader, EveryKeyOfTheOpen) {
    const auto peer = read(
        "asn: external, families: [ipv4-unicast, ipv6-unicast], extended_next_hop: true, "
        "next_hop_v6: \"2001:db8::1\", role: rs-client, role_strict: true, "
        "graceful_restart: {restart_time: 2m, stale_time: 60}");
    ASSERT_TRUE(peer);
    EXPECT_TRUE(peer->any_external_asn);
    EXPECT_THAT(peer->families, ElementsAre(bgp::kIpv4Unicast, bgp::kIpv6Unicast));
    EXPECT_TRUE(peer->extended_next_hop);
    EXPECT_EQ(peer->next_hop_v6, net::Address::parse("2001:db8::1").value());
    EXPECT_EQ(peer->role, bgp::Role::RouteServerClient);
    EXPECT_TRUE(peer->role_strict);
    EXPECT_EQ(peer->graceful_restart,
              (bgp::GracefulRestartConfig{true, seconds(120), seconds(60)}));
}

TEST_F(PeerReader, APrefixLimitIsANumberOrAMappingByFamily) {
    const auto both = read("max_prefix: 100");
    ASSERT_TRUE(both);
    EXPECT_EQ(both->max_prefix.at(bgp::kIpv4Unicast), (bgp::MaxPrefix{100, 80, seconds(0)}));
    EXPECT_EQ(both->max_prefix.at(bgp::kIpv6Unicast), (bgp::MaxPrefix{100, 80, seconds(0)}));
    const auto one = read("max_prefix: {ipv4-unicast: {limit: 10, warning: 50, restart: 60s}}");
    ASSERT_TRUE(one);
    EXPECT_EQ(one->max_prefix,
              (std::map<bgp::AfiSafi, bgp::MaxPrefix>{
                  {bgp::kIpv4Unicast, bgp::MaxPrefix{10, 50, seconds(60)}}}));
    const auto short_pause = read("max_prefix: {limit: 5, restart: 500ms}");
    ASSERT_TRUE(short_pause);
    EXPECT_EQ(short_pause->max_prefix.at(bgp::kIpv4Unicast), (bgp::MaxPrefix{5, 80, seconds(1)}))
        << "0 would be until somebody says enable";
}

TEST_F(PeerReader, BfdHasDefaults) {
    EXPECT_EQ(read("bfd: true")->bfd, bgp::BfdParameters());
    EXPECT_EQ(read("bfd: false")->bfd, std::nullopt);
    EXPECT_EQ(read("bfd: {interval: 100ms}")->bfd, (bgp::BfdParameters{milliseconds(100), 3}));
}

TEST_F(PeerReader, GracefulRestartFallsBackToThatOfTheFile) {
    defaults_.graceful_restart = {true, seconds(45), seconds(0)};
    EXPECT_EQ(read("passive: true")->graceful_restart, defaults_.graceful_restart);
    EXPECT_FALSE(read("graceful_restart: false")->graceful_restart.enabled);
}

TEST_F(PeerReader, APasswordComesFromAFileThatOthersCannotRead) {
    const test::TempDir folder;
    const auto path = folder.path() / "leaf1.key";
    std::ofstream(path) << "from-file\nsecond line\n";
    const std::string key = "password_file: " + path.string();
    std::filesystem::permissions(path, std::filesystem::perms(0644));
    EXPECT_THAT(complaint(key), HasSubstr("leaf1.key may be read by others; chmod 600 it"));
    std::filesystem::permissions(path, std::filesystem::perms(0600));
    ASSERT_TRUE(read(key));
    EXPECT_EQ(read(key)->password.reveal(), "from-file");
}

TEST_F(PeerReader, APasswordIsNeverInAComplaint) {
    const std::string secret(81, 'S');
    EXPECT_THAT(complaint("password: " + secret), HasSubstr("more than 80 octets"));
    EXPECT_THAT(complaint("password: " + secret), Not(HasSubstr("SSS")));
    EXPECT_THAT(complaint("pasword: " + secret), Not(HasSubstr("SSS")));
    // Without the blank it is all one key.
    EXPECT_THAT(complaint("password:" + secret), HasSubstr("\"password\""));
    EXPECT_THAT(complaint("password:" + secret), Not(HasSubstr("SSS")));
}

struct Bad {
    const char* keys;
    const char* complaint;
};

class BadPeer : public PeerReader, public testing::WithParamInterface<Bad> {};

TEST_P(BadPeer, IsNamedWithWhatWouldBeRight) {
    EXPECT_THAT(complaint(GetParam().keys), HasSubstr(GetParam().complaint));
    EXPECT_THAT(file_.diagnostics(), Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(
    PeerReader,
    BadPeer,
    testing::Values(
        Bad{"ttl_security: 1, multihop: 2", "ttl_security and multihop exclude each other"},
        Bad{"hold_time: 1", "peer 10.0.0.2: hold_time must be 0 or at least 3 seconds"},
        Bad{"asn: 65100", "peer 10.0.0.2 has this host's own AS 65100"},
        Bad{"families: [ipv4]", "families: \"ipv4\" is not known"},
        Bad{"role: spine", "role: \"spine\" is not known"},
        Bad{"role_strict: true", "role_strict without a role of our own"},
        Bad{"next_hop_v4: \"2001:db8::1\"", "next_hop_v4 2001:db8::1 is not IPv4"},
        Bad{"graceful_restart: {restart_time: 4096}", "write one from 1s to 4095s"},
        Bad{"max_prefix: 0", "max_prefix: \"0\" is out of range"},
        Bad{"max_prefix: {limit: 5, warning: 200}", "warning: \"200\" is out of range"},
        Bad{"bfd: {interval: 5ms}", "interval: \"5ms\" is out of range; write one from 10ms to 1m"},
        Bad{"password_env: NO_SUCH_VARIABLE", "NO_SUCH_VARIABLE is not in the environment"},
        Bad{"password: a, password_env: B", "one of password, password_file and password_env"},
        Bad{"export: NOWHERE", "export: there is no policy \"NOWHERE\""},
        Bad{"pasive: true", "unknown key \"pasive\"; did you mean passive?"}));

}  // namespace
}  // namespace routeproof::config
