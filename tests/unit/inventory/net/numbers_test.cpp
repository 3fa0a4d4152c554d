// AS numbers, communities, router IDs.
#include "inventory/net/asn.hpp"
#include "inventory/net/community.hpp"
#include "inventory/net/router_id.hpp"

#include <gtest/gtest.h>

namespace routeproof::net {
namespace {

TEST(Asn, ReadsAsplainAndAsdot) {
    EXPECT_EQ(Asn::parse("65100").value(), Asn(65100));
    EXPECT_EQ(Asn::parse("4294967295").value(), Asn(4294967295));
    EXPECT_EQ(Asn::parse("64500.2345").value(), Asn(64500U * 65536U + 2345U));
    EXPECT_EQ(Asn::parse("0.65100").value(), Asn(65100)) << "asdot+";
}

TEST(Asn, RefusesZeroOverflowAndNoise) {
    for (const char* text :
         {"", "0", "0.0", "4294967296", "1.65536", "65536.1", "1.2.3", "-1", "65100 ", "AS65100"}) {
        EXPECT_EQ(Asn::parse(text).error(), make_error_code(Errc::BadAsn)) << text;
    }
}

TEST(Asn, PrintsAsplain) {
    EXPECT_EQ(Asn(4200000017).to_string(), "4200000017");
}

TEST(Community, ReadsAndPrints) {
    EXPECT_EQ(Community::parse("65000:100").value(), Community(65000, 100));
    EXPECT_EQ(Community::parse("65535:0").value(), kGracefulShutdown);
    EXPECT_EQ(kGracefulShutdown.to_string(), "65535:0");
}

TEST(Community, RefusesHalvesThatDoNotFit) {
    for (const char* text : {"", "65000", "65536:1", "1:65536", "1:2:3", "1:", ":1", "a:b"}) {
        EXPECT_FALSE(Community::parse(text)) << text;
    }
}

TEST(RouterId, IsAnyDottedQuadButZero) {
    EXPECT_EQ(RouterId::parse("10.100.0.254").value().to_string(), "10.100.0.254");
    EXPECT_FALSE(RouterId::parse("0.0.0.0"));
    EXPECT_FALSE(RouterId::parse("::1"));
}

}  // namespace
}  // namespace routeproof::net
