#include "agent/config/peering_file.hpp"

#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace routeproof::config {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kGood = R"(routeproof: 1
asn: 65100
router_id: 10.0.0.1
listen_port: 1790
peers:
  - name: leaf1
    address: 10.0.0.2
    asn: 65000
    local_address: 10.0.0.1
    port: 1179
    hold_time: 9
    passive: true
    import: all
announce:
  - 192.0.2.0/24
  - {prefix: 198.51.100.0/24, med: 50, communities: ["65000:1"]}
announce_file: more.txt
)";

class PeeringFileTest : public testing::Test {
protected:
    PeeringFileTest() { std::ofstream(directory_.path() / "more.txt") << "203.0.113.0/24\n"; }

    inventory::Loaded<PeeringFile> load(const std::string& text) {
        const auto file = directory_.path() / "peering.yml";
        std::ofstream(file) << text;
        return load_peering_file(file);
    }

    std::string complaint(const std::string& what, const std::string& by) {
        std::string text = kGood;
        const auto at = text.find(what);
        EXPECT_NE(at, std::string::npos) << what;
        const auto loaded = load(text.replace(at, what.size(), by));
        return loaded ? "(none)"
                      : loaded.error().front().to_string().substr(
                            directory_.path().string().size() + 1);
    }

    test::TempDir directory_;
};

TEST_F(PeeringFileTest, ReadsSpeakerPeersAndAnnouncements) {
    const auto loaded = load(kGood);
    ASSERT_TRUE(loaded) << loaded.error().front();
    EXPECT_EQ(loaded->speaker.asn, net::Asn(65100));
    EXPECT_EQ(loaded->speaker.listen_port, 1790);
    ASSERT_THAT(loaded->speaker.peers, SizeIs(1));
    const auto& peer = loaded->speaker.peers[0];
    EXPECT_EQ(peer.name, "leaf1");
    EXPECT_EQ(peer.port, 1179);
    EXPECT_EQ(peer.hold_time, std::chrono::seconds(9));
    EXPECT_TRUE(peer.passive);
    const auto& announced = loaded->originations.entries();
    ASSERT_THAT(announced, SizeIs(3));
    EXPECT_EQ(announced[2].prefix.to_string(), "203.0.113.0/24") << "from the file";
    EXPECT_EQ(loaded->originations.attributes(announced[1]).med, 50U);
}

TEST_F(PeeringFileTest, SaysWhereAndWhatIsWrong) {
    EXPECT_EQ(complaint("listen_port", "listen_prot"),
              "peering.yml:4:1: peering configuration: unknown key \"listen_prot\"; did you mean "
              "listen_port?");
    EXPECT_EQ(complaint("hold_time: 9", "hold_tim: 9"),
              "peering.yml:11:5: peer 10.0.0.2: unknown key \"hold_tim\"; did you mean hold_time?");
    EXPECT_THAT(
        complaint("hold_time: 9", "hold_time: 2"),
        HasSubstr("peering.yml:11:16: peer 10.0.0.2: hold_time must be 0 or at least 3 seconds"));
    EXPECT_THAT(complaint("asn: 65000", "asn: 65100"),
                HasSubstr("peer 10.0.0.2 has this host's own AS 65100"));
    EXPECT_THAT(complaint("[\"65000:1\"]", "[\"65000\"]"),
                HasSubstr("announcement: community: \"65000\" is none; write one"));
    EXPECT_THAT(complaint("192.0.2.0/24", "192.0.2.1/24"), HasSubstr("peering.yml:15:5: announce"));
    EXPECT_THAT(complaint("more.txt", "none.txt"), HasSubstr("none.txt: cannot be read"));
    EXPECT_THAT(complaint("passive: true", "passive: maybe"),
                HasSubstr("peer 10.0.0.2: passive: \"maybe\" is not known"));
}

TEST_F(PeeringFileTest, TheLocalApiIsOfferedAsToldAndOtherwiseToRootAlone) {
    EXPECT_EQ(load(kGood)->api, ApiOptions());
    const auto loaded = load(std::string(kGood) +
                             "metrics: \"[::1]:9342\"\napi_group: routeproof\napi_body_limit: 8\n");
    ASSERT_TRUE(loaded) << loaded.error().front();
    const ApiOptions expected{
        TcpPlace{net::Address::parse("::1").value(), 9342}, "routeproof", std::size_t{8} << 20};
    EXPECT_EQ(loaded->api, expected);
    for (const char* place : {"127.0.0.1", "9342", "host:9342", "127.0.0.1:99999", "127.0.0.1:"}) {
        EXPECT_THAT(complaint("listen_port: 1790", std::string("metrics: \"") + place + "\""),
                    HasSubstr("is no address and port; write one such as 127.0.0.1:9342"))
            << place;
    }
}

}  // namespace
}  // namespace routeproof::config
