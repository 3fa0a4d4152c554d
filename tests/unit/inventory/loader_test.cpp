#include "inventory/loader.hpp"

#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace routeproof::inventory {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

// Line numbers below count in this text: line 1 is "routeproof: 1".
constexpr const char* kGood = R"(routeproof: 1
pools:
  demo: {cidr: 172.16.100.0/24, block_size: 26}
defaults: {credentials: lab, known_hosts: known_hosts}
credentials:
  lab: {user: netops, key_file: keys/id}
routers:
  leaf1: {os: junos, role: leaf, address: 192.0.2.11, asn: 65000}
  leaf2: {os: nxos, role: leaf, address: leaf2.example.net, port: 2222, asn: "1.10"}
  spine1: {os: frr, role: spine, asn: 64900}
links:
  - {a: leaf1, a_address: 10.200.1.1, b: spine1, b_address: 10.200.1.0}
hosts:
  dockerhost1:
    asn: 65100
    address: 192.0.2.101
    blocks: [172.16.100.0/26]
    peerings: [{router: leaf1, host_address: 10.100.0.254, router_address: 10.100.0.253}]
  dockerhost2:
    asn: 65101
    agent_command: sudo routeproof-agent announcements
    peerings: [{router: leaf2, host_address: 10.101.0.254, router_address: 10.101.0.253}]
)";

class InventoryLoader : public testing::Test {
protected:
    std::filesystem::path write(const std::string& text) {
        std::ofstream(file_) << text;
        return file_;
    }
    Loaded<Inventory> load_text(const std::string& text) { return load(write(text)); }

    // kGood with the first `what` replaced.
    static std::string with(const std::string& what, const std::string& by) {
        std::string text = kGood;
        const auto at = text.find(what);
        EXPECT_NE(at, std::string::npos) << what;
        return text.replace(at, what.size(), by);
    }

    // All complaints, without the folder.
    std::vector<std::string> complaints(const std::string& text) {
        const auto loaded = load_text(text);
        std::vector<std::string> lines;
        if (!loaded) {
            for (const auto& diagnostic : loaded.error()) {
                lines.push_back(
                    diagnostic.to_string().substr(directory_.path().string().size() + 1));
            }
        }
        return lines;
    }

    test::TempDir directory_;
    std::filesystem::path file_ = directory_.path() / "inventory.yml";
};

TEST_F(InventoryLoader, ReadsAWholeInventory) {
    const auto loaded = load_text(kGood);
    ASSERT_TRUE(loaded) << loaded.error().front();
    const Inventory& inventory = *loaded;
    ASSERT_EQ(inventory.pools.size(), 1U);
    EXPECT_EQ(inventory.pools[0].cidr.to_string(), "172.16.100.0/24");

    const Router& leaf1 = *inventory.router("leaf1");
    EXPECT_EQ(leaf1.access.port, 830) << "NETCONF is where Junos is asked";
    EXPECT_EQ(leaf1.access.credentials.user, "netops");
    EXPECT_EQ(leaf1.access.credentials.key_file, directory_.path() / "keys/id");
    EXPECT_EQ(leaf1.access.known_hosts, directory_.path() / "known_hosts");

    const Router& leaf2 = *inventory.router("leaf2");
    EXPECT_EQ(leaf2.os, Os::Nxos);
    EXPECT_EQ(leaf2.access.port, 2222);
    EXPECT_EQ(leaf2.asn, net::Asn(65546));

    EXPECT_EQ(inventory.router("spine1")->role, Role::Spine);
    EXPECT_TRUE(inventory.router("spine1")->access.address.empty());

    const Host& host1 = *inventory.host("dockerhost1");
    EXPECT_EQ(host1.agent_command, "routeproof-agent announcements");
    ASSERT_EQ(host1.blocks.size(), 1U);
    ASSERT_EQ(host1.peerings.size(), 1U);
    EXPECT_EQ(host1.peerings[0].host_address.to_string(), "10.100.0.254");
    EXPECT_EQ(inventory.host("dockerhost2")->agent_command, "sudo routeproof-agent announcements");
    EXPECT_EQ(inventory.links.size(), 1U);
}

TEST_F(InventoryLoader, NamesTheNearestKnownKey) {
    EXPECT_THAT(complaints(with("    asn: 65100", "    asnn: 65100")),
                ElementsAre("inventory.yml:15:5: host dockerhost1: unknown key \"asnn\"; did you "
                            "mean asn?",
                            "inventory.yml:15:5: host dockerhost1: \"asn\" is missing"));
}

// A password whose blank was forgotten must not be shown to whoever reads the complaint.
TEST_F(InventoryLoader, WhatStandsBehindTheColonOfAnUnknownKeyIsNotRepeated) {
    const auto said = [this](const std::string& credentials) {
        return complaints(with("{user: netops, key_file: keys/id}", credentials));
    };
    const auto forgotten = said("{user: netops, key_file:hunter2}");
    EXPECT_THAT(
        forgotten,
        Contains("inventory.yml:6:23: credentials lab: \"key_file\" has no blank behind its "
                 "colon; write key_file: VALUE"));
    EXPECT_THAT(forgotten, Each(Not(HasSubstr("hunter2"))));
    const auto unknown = said("{user: netops, key_file: keys/id, pasword:hunter2}");
    EXPECT_THAT(unknown, ElementsAre(HasSubstr("credentials lab: unknown key \"pasword\";")));
    EXPECT_THAT(unknown, Each(Not(HasSubstr("hunter2"))));
}

TEST_F(InventoryLoader, ReportsEverythingWrongAtOnceInFileOrder) {
    std::string text = with("cidr: 172.16.100.0/24", "cidr: 172.16.100.7/24");
    text.replace(text.find("asn: 65000"), 10, "asn: 0    ");
    EXPECT_THAT(complaints(text),
                ElementsAre(HasSubstr("inventory.yml:3:16: pool demo: cidr: \"172.16.100.7/24\": "
                                      "bits are set to the right of the prefix length"),
                            HasSubstr("inventory.yml:8:60: router leaf1: asn: \"0\": not an AS "
                                      "number")));
}

TEST_F(InventoryLoader, WrongTypesAreNamed) {
    EXPECT_THAT(complaints(with("block_size: 26", "block_size: large")),
                ElementsAre(HasSubstr("block_size: \"large\" is out of range; write a number from "
                                      "20 to 32")));
    EXPECT_THAT(complaints(with("    blocks: [172.16.100.0/26]", "    blocks: 172.16.100.0/26")),
                ElementsAre(HasSubstr("blocks must be a list, found \"172.16.100.0/26\"")));
    EXPECT_THAT(complaints(with("os: junos", "os: junso")),
                ElementsAre(HasSubstr("os: \"junso\" is not known; did you mean junos?")));
    EXPECT_THAT(complaints("- 1\n- 2\n"),
                ElementsAre("inventory.yml:1:1: inventory: expected a mapping, found a list"));
}

TEST_F(InventoryLoader, KeysGivenTwiceAreRefused) {
    EXPECT_THAT(complaints(with("    asn: 65101", "    asn: 65101\n    asn: 65102")),
                ElementsAre("inventory.yml:21:5: host dockerhost2: key \"asn\" is given twice"));
    EXPECT_THAT(complaints(with("  leaf2: {os: nxos", "  leaf1: {os: nxos")),
                ElementsAre(HasSubstr("inventory.yml:9:3: inventory: routers: \"leaf1\" is given "
                                      "twice")));
}

TEST_F(InventoryLoader, YamlThatDoesNotParseHasItsPosition) {
    EXPECT_THAT(complaints("routeproof: 1\npools: {demo: {cidr: 10.0.0.0/8}\nrouters: {}\n"),
                ElementsAre(HasSubstr("inventory.yml:3:")));
}

TEST_F(InventoryLoader, AMissingAndAnEmptyFileDiffer) {
    const auto missing = load(directory_.path() / "nowhere.yml");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().front().kind, Diagnostic::Kind::Unreadable);
    EXPECT_THAT(missing.error().front().to_string(),
                EndsWith("cannot be read: No such file or directory"));
    const auto empty = load_text("");
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().front().kind, Diagnostic::Kind::BadData);
    EXPECT_THAT(empty.error().front().to_string(), EndsWith("the file is empty"));
}

TEST_F(InventoryLoader, ALaterFormatIsRefusedNotMisread) {
    EXPECT_THAT(
        complaints(with("routeproof: 1", "routeproof: 2")),
        ElementsAre(HasSubstr("inventory.yml:1:13: format \"2\" is newer than this program")));
    EXPECT_THAT(complaints(with("routeproof: 1", "")),
                ElementsAre(HasSubstr("\"routeproof\" is missing")));
}

TEST_F(InventoryLoader, AnAddressThatOnlyLooksLikeOneIsNoHostName) {
    EXPECT_THAT(
        complaints(with("address: 192.0.2.11", "address: 192.0.2.300")),
        ElementsAre(HasSubstr("inventory.yml:8:43: router leaf1: address: \"192.0.2.300\" is "
                              "no IPv4 address; write an address such as")));
}

struct Rule {
    const char* name;
    const char* what;
    const char* by;
    const char* complaint;
};

class InventoryRules : public InventoryLoader, public testing::WithParamInterface<Rule> {};

TEST_P(InventoryRules, BrokenRuleIsNamedWithItsPlace) {
    const auto lines = complaints(with(GetParam().what, GetParam().by));
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines.front(), GetParam().complaint);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    InventoryRules,
    testing::Values(
        Rule{"OverlappingPools",
             "block_size: 26}\n",
             "block_size: 26}\n  more: {cidr: 172.16.0.0/16}\n",
             "inventory.yml:4:9: pool more (172.16.0.0/16) overlaps pool demo (172.16.100.0/24) "
             "(line 3); give every pool its own range"},
        Rule{"BlockLargerThanPool",
             "block_size: 26",
             "block_size: 20",
             "inventory.yml:3:9: pool demo: a block of /20 is larger than the pool "
             "172.16.100.0/24; write a block_size of 24 or more"},
        Rule{"BlockOutsideItsPool",
             "blocks: [172.16.100.0/26]",
             "blocks: [172.17.100.0/26]",
             "inventory.yml:15:5: host dockerhost1: block 172.17.100.0/26 lies in no pool; add the "
             "pool, or mend the block"},
        Rule{"BlockOfAnotherSize",
             "blocks: [172.16.100.0/26]",
             "blocks: [172.16.100.0/27]",
             "inventory.yml:15:5: host dockerhost1: block 172.16.100.0/27 is not one block of pool "
             "demo; blocks there are /26"},
        Rule{"BlockOwnedTwice",
             "asn: 65101\n",
             "asn: 65101\n    blocks: [172.16.100.0/26]\n",
             "inventory.yml:20:5: host dockerhost2: block 172.16.100.0/26 is already owned by host "
             "dockerhost1 (line 15); a block has one owner"},
        Rule{"TwoHostsOneAs",
             "asn: 65101",
             "asn: 65100",
             "inventory.yml:20:5: host dockerhost2: AS 65100 is already the AS of host dockerhost1 "
             "(line 15); every host needs an AS of its own"},
        Rule{"HostWithARoutersAs",
             "asn: 65101",
             "asn: 64900",
             "inventory.yml:20:5: host dockerhost2: AS 64900 is the AS of router spine1 (line 10); "
             "every host needs an AS of its own"},
        Rule{"UnknownRouter",
             "router: leaf2",
             "router: laef2",
             "inventory.yml:22:16: host dockerhost2: no router is called \"laef2\"; did you mean "
             "leaf2?"},
        Rule{"LinkToUnknownRouter",
             "b: spine1",
             "b: spine9",
             "inventory.yml:12:5: link: no router is called \"spine9\"; did you mean spine1?"},
        Rule{"DuplicateAddress",
             "host_address: 10.101.0.254",
             "host_address: 10.100.0.254",
             "inventory.yml:22:16: 10.100.0.254 of host dockerhost2 is already the address of host "
             "dockerhost1 (line 18); give each its own address"},
        Rule{"AddressInsideAPool",
             "address: 192.0.2.101",
             "address: 172.16.100.200",
             "inventory.yml:15:5: 172.16.100.200 of host dockerhost1 lies inside pool demo, whose "
             "addresses belong to containers; number links and management outside of pools"},
        Rule{"MixedFamilies",
             "host_address: 10.101.0.254",
             "host_address: 2001:db8::1",
             "inventory.yml:22:16: host dockerhost2: 2001:db8::1 and 10.101.0.253 are of different "
             "families; a BGP session runs between two IPv4 or two IPv6 addresses"},
        Rule{
            "NoPeering",
            "peerings: [{router: leaf2, host_address: 10.101.0.254, router_address: 10.101.0.253}]",
            "peerings: []",
            "inventory.yml:20:5: host dockerhost2 has no peering; list the leaves it speaks BGP "
            "with under \"peerings\""},
        Rule{"HostNamedLikeARouter",
             "  dockerhost2:",
             "  leaf2:",
             "inventory.yml:20:5: host leaf2: a router has the same name (line 9); rename one of "
             "them"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(InventoryLoader, AMachineManagedInBandMayUseItsPeeringAddress) {
    EXPECT_TRUE(load_text(with("address: 192.0.2.101", "address: 10.100.0.254")));
}

}  // namespace
}  // namespace routeproof::inventory
