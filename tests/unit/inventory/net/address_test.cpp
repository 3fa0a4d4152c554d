#include "inventory/net/address.hpp"

#include <gtest/gtest.h>

namespace routeproof::net {
namespace {

Address address(const char* text) {
    return Address::parse(text).value();
}

TEST(Address, ReadsAndPrintsBothFamilies) {
    for (const char* text : {"0.0.0.0", "172.16.100.1", "255.255.255.255", "::", "2001:db8::1"}) {
        EXPECT_EQ(address(text).to_string(), text);
    }
    EXPECT_EQ(address("2001:DB8:0:0:0:0:0:1").to_string(), "2001:db8::1");
}

TEST(Address, RefusesWhatIsNotAnAddress) {
    for (const std::string_view text : {"",
                                        "172.16.100",
                                        "172.16.100.256",
                                        "172.16.100.1/32",
                                        " 172.16.100.1",
                                        "172.16.100.01",
                                        "fe80::1%eth0",
                                        "leaf1"}) {
        EXPECT_EQ(Address::parse(text).error(), make_error_code(Errc::BadAddress)) << text;
    }
    using namespace std::string_view_literals;
    EXPECT_FALSE(Address::parse("10.0.0.1\0.evil"sv)) << "a NUL must not end the address early";
}

TEST(Address, ConvertsToAndFromHostOrder) {
    EXPECT_EQ(Address::v4(0xAC106401), address("172.16.100.1"));
    EXPECT_EQ(address("172.16.100.1").to_v4(), 0xAC106401U);
    EXPECT_EQ(address("::1").to_v4(), 0U);
}

TEST(Address, TakesFourOrSixteenOctetsOnly) {
    const std::uint8_t octets[16] = {10, 0, 0, 1};
    EXPECT_EQ(Address::from_octets({octets, 4}).value(), address("10.0.0.1"));
    EXPECT_EQ(Address::from_octets({octets, 16}).value(), address("a00:1::"));
    EXPECT_FALSE(Address::from_octets({octets, 5}));
    EXPECT_FALSE(Address::from_octets({octets, 0}));
}

TEST(Address, OrdersIPv4BeforeIPv6AndThenByNumber) {
    EXPECT_LT(address("9.0.0.0"), address("10.0.0.0"));
    EXPECT_LT(address("255.255.255.255"), address("::"));
}

TEST(Address, KnowsSpecialRanges) {
    EXPECT_TRUE(address("127.9.9.9").is_loopback());
    EXPECT_TRUE(address("::1").is_loopback());
    EXPECT_FALSE(address("::2").is_loopback());
    EXPECT_TRUE(address("224.0.0.5").is_multicast());
    EXPECT_FALSE(address("240.0.0.1").is_multicast());
    EXPECT_TRUE(address("ff02::1").is_multicast());
    EXPECT_TRUE(address("169.254.1.1").is_link_local());
    EXPECT_TRUE(address("fe80::1").is_link_local());
    EXPECT_TRUE(address("febf::1").is_link_local());
    EXPECT_FALSE(address("fec0::1").is_link_local());
}

TEST(Address, MasksInsideAnOctet) {
    EXPECT_EQ(address("172.16.100.255").masked(26), address("172.16.100.192"));
    EXPECT_EQ(address("172.16.100.255").masked(0), address("0.0.0.0"));
    EXPECT_EQ(address("172.16.100.255").masked(32), address("172.16.100.255"));
    EXPECT_EQ(address("2001:db8::ffff").masked(122), address("2001:db8::ffc0"));
}

}  // namespace
}  // namespace routeproof::net
