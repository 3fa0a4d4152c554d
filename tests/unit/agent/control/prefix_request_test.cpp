#include "agent/control/prefix_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::control {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::string wrong(std::string_view body) {
    const auto read = read_prefix_request(body);
    return read ? "(none)" : read.error().what;
}

TEST(PrefixRequest, ReadsBothListsInTheirOrder) {
    const auto read = read_prefix_request(R"({
        "announce": ["192.0.2.0/24",
                     {"prefix": "198.51.100.1/32", "med": 50, "communities": ["65000:1"],
                      "large_communities": ["65000:1:2"]},
                     {"med": 7, "prefix": "2001:db8::/32"}],
        "withdraw": ["203.0.113.0/24"]})");
    ASSERT_TRUE(read) << read.error();
    const auto& entries = read->announce.entries();
    ASSERT_THAT(entries, SizeIs(3));
    EXPECT_EQ(entries[0].prefix.to_string(), "192.0.2.0/24");
    EXPECT_EQ(read->announce.attributes(entries[0]), bgp::AnnounceAttributes{});
    bgp::AnnounceAttributes tagged;
    tagged.med = 50;
    tagged.communities = {net::Community(65000, 1)};
    tagged.large_communities = {{65000, 1, 2}};
    EXPECT_EQ(read->announce.attributes(entries[1]), tagged);
    EXPECT_EQ(read->announce.attributes(entries[2]).med, 7U);
    EXPECT_THAT(read->withdraw, ElementsAre(net::Prefix::parse("203.0.113.0/24").value()));
}

TEST(PrefixRequest, NothingToDoIsFine) {
    EXPECT_TRUE(read_prefix_request("{}"));
    EXPECT_TRUE(read_prefix_request(R"({"announce": [], "withdraw": []})"));
}

struct Bad {
    const char* body;
    const char* sentence;
};

class BadRequest : public testing::TestWithParam<Bad> {};

TEST_P(BadRequest, IsNamedByItsPlace) {
    EXPECT_EQ(wrong(GetParam().body), GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(
    PrefixRequest,
    BadRequest,
    testing::Values(
        Bad{R"({"announce": ["192.0.2.0/24", "192.0.2.1/24"]})",
            "announce[1]: \"192.0.2.1/24\": bits are set to the right of the prefix length"},
        Bad{R"({"withdraw": ["x"]})",
            "withdraw[0]: \"x\": not a prefix (expected ADDRESS/LENGTH, such as 172.16.100.0/24)"},
        Bad{R"({"anounce": []})", "unknown key \"anounce\"; did you mean announce?"},
        Bad{R"({"announce": [{"prefix": "192.0.2.0/24", "metric": 1}]})",
            "announce[0]: unknown key \"metric\"; expected one of: prefix, med, communities, "
            "large_communities"},
        Bad{R"({"announce": [{"med": 1}]})", "announce[0]: \"prefix\" is missing"},
        Bad{R"({"announce": [{"prefix": "192.0.2.0/24", "med": -1}]})",
            "announce[0]: med: \"-1\" is no number from 0 to 4294967295"},
        Bad{R"({"announce": [{"prefix": "192.0.2.0/24", "communities": "1:2"}]})",
            "announce[0]: communities cannot be a string"},
        Bad{R"({"announce": [{"prefix": "192.0.2.0/24", "communities": [1]}]})",
            "announce[0]: communities cannot be 1"},
        Bad{R"({"announce": [["192.0.2.0/24"]]})", "announce[0]: expected a prefix, found a list"},
        Bad{R"({"withdraw": [{"prefix": "192.0.2.0/24"}]})",
            "withdraw[0]: expected a prefix, found a mapping"},
        Bad{R"({"announce": "192.0.2.0/24"})", "announce must be a list, found a string"},
        Bad{"[]", "expected a mapping with \"announce\" and \"withdraw\", found a list"},
        Bad{"7", "expected a mapping with \"announce\" and \"withdraw\", found 7"},
        Bad{R"({"announce": ["192.0.2.0/24"]} {})", "not JSON at octet 32"},
        Bad{"", "not JSON at octet 1"},
        Bad{R"({"announce": ["192.0.2.0/24")", "not JSON at octet 29"}));

}  // namespace
}  // namespace routeproof::control
