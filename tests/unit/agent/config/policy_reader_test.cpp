#include "agent/config/policy_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::config {
namespace {

using bgp::Policy;
using bgp::PolicyAction;
using bgp::PolicyTerm;
using bgp::PrefixMatch;
using inventory::yaml::File;
using inventory::yaml::Map;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

net::Prefix prefix(const char* text) {
    return net::Prefix::parse(text).value();
}

class PolicyReader : public testing::Test {
protected:
    Policies read(const std::string& text) {
        const Map root(file_, file_.parse(text), "file", {"policies"});
        return read_policies(root);
    }

    std::optional<Policy> choose(const std::string& text, const Policies& known) {
        const Map peer(file_, file_.parse(text), "peer", {"import"});
        return read_policy_choice(peer, "import", known);
    }

    std::string complaint(const std::string& term) {
        read("policies: {P: [" + term + "]}");
        return file_.diagnostics().empty() ? "(none)" : file_.diagnostics().front().to_string();
    }

    File file_{"policies.yml"};
};

TEST_F(PolicyReader, ReadsEveryKeyOfATerm) {
    const auto policies = read(R"(
policies:
  FROM-LEAVES:
    - name: pools
      match:
        prefix: ["172.16.0.0/16 ge 24 le 32", "10.0.0.0/8 le 16", "192.0.2.0/24 ge 32", "::/0"]
        community: ["65000:1", no-export]
        any_community: 65000:2
        large_community: ["65000:1:2"]
        any_large_community: ["65000:1:3"]
        as_path_contains: [65001]
        origin_as: ["65002", "1.10"]
        next_hop: [10.0.0.0/24]
      set:
        med: 50
        local_pref: 200
        communities: []
        community_add: [graceful-shutdown]
        community_remove: ["65000:9"]
        large_communities: ["1:2:3"]
        large_community_add: ["1:2:4"]
        large_community_remove: ["1:2:5"]
        prepend: 2
      then: next
    - {then: reject}
)");
    ASSERT_THAT(file_.diagnostics(), IsEmpty());
    PolicyTerm term;
    term.name = "pools";
    term.match.prefixes = {{prefix("172.16.0.0/16"), 24, 32},
                           {prefix("10.0.0.0/8"), 8, 16},
                           {prefix("192.0.2.0/24"), 32, 32},
                           PrefixMatch::exact(prefix("::/0"))};
    term.match.communities = {net::Community(65000, 1), net::kNoExport};
    term.match.any_community = {net::Community(65000, 2)};
    term.match.large_communities = {{65000, 1, 2}};
    term.match.any_large_community = {{65000, 1, 3}};
    term.match.path_contains = {net::Asn(65001)};
    term.match.origin_as = {net::Asn(65002), net::Asn(65546)};
    term.match.next_hops = {prefix("10.0.0.0/24")};
    term.set.med = 50;
    term.set.local_pref = 200;
    term.set.communities.emplace();
    term.set.add_communities = {net::kGracefulShutdown};
    term.set.remove_communities = {net::Community(65000, 9)};
    term.set.large_communities = {{1, 2, 3}};
    term.set.add_large_communities = {{1, 2, 4}};
    term.set.remove_large_communities = {{1, 2, 5}};
    term.set.prepend = 2;
    term.action = PolicyAction::Next;
    PolicyTerm last;
    last.action = PolicyAction::Reject;
    EXPECT_EQ(policies.at("FROM-LEAVES"), (Policy{"FROM-LEAVES", {term, last}}));
}

TEST_F(PolicyReader, APeerNamesAPolicyOrWritesItsTerms) {
    const Policies known{{"FROM-LEAVES", Policy{"FROM-LEAVES", {}}}};
    EXPECT_EQ(choose("{import: all}", known), Policy::accept_all());
    EXPECT_EQ(choose("{import: none}", known), (Policy{"none", {}}));
    EXPECT_EQ(choose("{import: FROM-LEAVES}", known), known.at("FROM-LEAVES"));
    EXPECT_EQ(choose("{}", known), std::nullopt);
    const auto inlined = choose("{import: [{match: {prefix: 192.0.2.0/24}, then: accept}]}", known);
    ASSERT_TRUE(inlined);
    ASSERT_THAT(inlined->terms, SizeIs(1));
    EXPECT_THAT(inlined->terms[0].match.prefixes,
                ElementsAre(PrefixMatch::exact(prefix("192.0.2.0/24"))));
    EXPECT_THAT(file_.diagnostics(), IsEmpty());
    EXPECT_EQ(choose("{import: FROM-LEAFS}", known), std::nullopt);
    ASSERT_THAT(file_.diagnostics(), SizeIs(1));
    EXPECT_EQ(file_.diagnostics()[0].to_string(),
              "policies.yml:1:10: peer: import: there is no policy \"FROM-LEAFS\"; did you mean "
              "FROM-LEAVES?");
}

struct Bad {
    const char* term;
    const char* complaint;
};

class BadTerm : public PolicyReader, public testing::WithParamInterface<Bad> {};

TEST_P(BadTerm, IsNamedWithItsPlace) {
    EXPECT_THAT(complaint(GetParam().term), HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    PolicyReader,
    BadTerm,
    testing::Values(
        Bad{"{match: {prefix: 192.0.2.0/24}}", "policies.yml:1:16: policy P: \"then\" is missing"},
        Bad{"{then: acept}", "policy P: then: \"acept\" is not known; did you mean accept?"},
        Bad{"{match: {prefixes: []}, then: accept}",
            "policy P: match: unknown key \"prefixes\"; did you mean prefix?"},
        Bad{"{match: {prefix: 192.0.2.0/24 ge 16}, then: accept}",
            "prefix: \"192.0.2.0/24 ge 16\" is not understood; write a prefix, and"},
        Bad{"{match: {prefix: 192.0.2.0/24 le 33}, then: accept}", "is not understood"},
        Bad{"{match: {prefix: 192.0.2.0/24 ge 30 le 28}, then: accept}", "is not understood"},
        Bad{"{match: {prefix: 192.0.2.0/24 ge}, then: accept}", "is not understood"},
        Bad{"{match: {prefix: 192.0.2.1/24}, then: accept}", "is not understood"},
        Bad{"{match: {community: \"65000:1:2\"}, then: accept}",
            "community: \"65000:1:2\" is not understood; write one such as 65000:100"},
        Bad{"{match: {large_community: \"65000:1\"}, then: accept}",
            "large_community: \"65000:1\" is not understood; write one such as 65000:1:2"},
        Bad{"{match: {prefix: []}, then: accept}",
            "policy P: match: prefix: an empty list would match everything; name what it shall "
            "match, or leave the key out"},
        Bad{"{match: {any_large_community: []}, then: accept}",
            "policy P: match: any_large_community: an empty list would match everything"},
        Bad{"{set: {prepend: 33}, then: accept}", "prepend: \"33\" is out of range"},
        Bad{"accept", "policy P: expected a mapping, found \"accept\""}));

}  // namespace
}  // namespace routeproof::config
