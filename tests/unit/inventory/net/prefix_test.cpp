#include "inventory/net/prefix.hpp"

#include <gtest/gtest.h>

namespace routeproof::net {
namespace {

Prefix prefix(const char* text) {
    return Prefix::parse(text).value();
}
Address address(const char* text) {
    return Address::parse(text).value();
}

TEST(Prefix, ReadsAndPrints) {
    for (const char* text : {"0.0.0.0/0", "172.16.100.0/26", "172.16.100.1/32", "2001:db8::/32"}) {
        EXPECT_EQ(prefix(text).to_string(), text);
    }
}

TEST(Prefix, SaysWhyATextIsNoPrefix) {
    EXPECT_EQ(Prefix::parse("172.16.100.0").error(), make_error_code(Errc::BadPrefix));
    EXPECT_EQ(Prefix::parse("172.16.100.0/").error(), make_error_code(Errc::BadPrefix));
    EXPECT_EQ(Prefix::parse("172.16.100.0/2x").error(), make_error_code(Errc::BadPrefix));
    EXPECT_EQ(Prefix::parse("172.16.100.0/-1").error(), make_error_code(Errc::BadPrefix));
    EXPECT_EQ(Prefix::parse("172.16.100/24").error(), make_error_code(Errc::BadAddress));
    EXPECT_EQ(Prefix::parse("172.16.100.0/33").error(), make_error_code(Errc::BadPrefixLength));
    EXPECT_EQ(Prefix::parse("172.16.100.1/24").error(), make_error_code(Errc::HostBitsSet));
}

TEST(Prefix, LenientFormClearsHostBits) {
    EXPECT_EQ(Prefix::parse_lenient("10.121.0.0/8").value(), prefix("10.0.0.0/8"));
}

TEST(Prefix, ContainsItselfAndWhatIsMoreSpecific) {
    const Prefix block = prefix("172.16.100.64/26");
    EXPECT_TRUE(block.contains(block));
    EXPECT_TRUE(block.contains(prefix("172.16.100.127/32")));
    EXPECT_FALSE(block.contains(prefix("172.16.100.0/24")));
    EXPECT_FALSE(block.contains(address("172.16.100.128")));
    EXPECT_FALSE(block.contains(address("::")));
    EXPECT_TRUE(prefix("0.0.0.0/0").contains(block));
    EXPECT_FALSE(prefix("::/0").contains(block)) << "families never contain each other";
}

TEST(Prefix, OverlapIsSymmetric) {
    EXPECT_TRUE(prefix("172.16.0.0/16").overlaps(prefix("172.16.100.0/24")));
    EXPECT_TRUE(prefix("172.16.100.0/24").overlaps(prefix("172.16.0.0/16")));
    EXPECT_FALSE(prefix("172.16.0.0/24").overlaps(prefix("172.16.1.0/24")));
}

TEST(Prefix, KnowsItsLastAddress) {
    EXPECT_EQ(prefix("172.16.100.0/26").last(), address("172.16.100.63"));
    EXPECT_EQ(prefix("172.16.100.1/32").last(), address("172.16.100.1"));
    EXPECT_EQ(prefix("0.0.0.0/0").last(), address("255.255.255.255"));
    EXPECT_EQ(prefix("2001:db8::/122").last(), address("2001:db8::3f"));
}

TEST(Prefix, FamiliesAreListedOnceIPv4First) {
    const std::vector<Prefix> mixed{prefix("::/0"), prefix("10.0.0.0/8"), prefix("2001:db8::/32")};
    EXPECT_EQ(families_of(mixed), (std::vector<Family>{Family::IPv4, Family::IPv6}));
    EXPECT_TRUE(families_of({}).empty());
}

}  // namespace
}  // namespace routeproof::net
