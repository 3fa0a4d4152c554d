#include "inventory/net/prefix_map.hpp"

#include <gtest/gtest.h>

namespace routeproof::net {
namespace {

Prefix prefix(const char* text) {
    return Prefix::parse(text).value();
}
Address address(const char* text) {
    return Address::parse(text).value();
}

TEST(PrefixMap, LongestMatchWins) {
    PrefixMap<int> map;
    map.insert_or_assign(prefix("172.16.100.0/24"), 24);
    map.insert_or_assign(prefix("172.16.100.0/26"), 26);
    map.insert_or_assign(prefix("172.16.100.1/32"), 32);
    EXPECT_EQ(map.longest_match(address("172.16.100.1"))->second, 32);
    EXPECT_EQ(map.longest_match(address("172.16.100.2"))->second, 26);
    EXPECT_EQ(map.longest_match(address("172.16.100.64"))->second, 24);
    EXPECT_EQ(map.longest_match(address("172.16.101.1")), map.end());
}

TEST(PrefixMap, AnErasedEntryNoLongerMatches) {
    PrefixMap<int> map;
    map.insert_or_assign(prefix("172.16.100.0/26"), 26);
    map.insert_or_assign(prefix("172.16.100.1/32"), 32);
    EXPECT_TRUE(map.erase(prefix("172.16.100.1/32")));
    EXPECT_FALSE(map.erase(prefix("172.16.100.1/32")));
    EXPECT_EQ(map.longest_match(address("172.16.100.1"))->second, 26);
}

TEST(PrefixMap, AssigningTwiceKeepsOneEntry) {
    PrefixMap<int> map;
    map.insert_or_assign(prefix("10.0.0.0/8"), 1);
    map.insert_or_assign(prefix("10.0.0.0/8"), 2);
    EXPECT_EQ(map.size(), 1U);
    EXPECT_TRUE(map.erase(prefix("10.0.0.0/8")));
    EXPECT_EQ(map.longest_match(address("10.0.0.1")), map.end());
}

TEST(PrefixMap, FamiliesDoNotMix) {
    PrefixMap<int> map;
    map[prefix("::/0")] = 6;
    EXPECT_EQ(map.longest_match(address("10.0.0.1")), map.end());
    map[prefix("0.0.0.0/0")] = 4;
    EXPECT_EQ(map.longest_match(address("10.0.0.1"))->second, 4);
    EXPECT_EQ(map.longest_match(address("2001:db8::1"))->second, 6);
}

}  // namespace
}  // namespace routeproof::net
