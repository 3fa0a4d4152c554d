#include "inventory/suggest.hpp"

#include <gtest/gtest.h>

namespace routeproof::inventory {
namespace {

constexpr std::string_view kKeys[] = {"routers", "hosts", "pools", "links"};

TEST(Suggest, FindsTheNearestKnownWord) {
    EXPECT_EQ(nearest("router", kKeys), "routers");
    EXPECT_EQ(nearest("rotuers", kKeys), "routers");
    EXPECT_EQ(nearest("pool", kKeys), "pools");
}

TEST(Suggest, StaysSilentWhenNothingIsNear) {
    EXPECT_EQ(nearest("firewall", kKeys), std::nullopt);
    EXPECT_EQ(nearest("xy", kKeys), std::nullopt) << "two edits must not turn two letters into any";
    EXPECT_EQ(suggestion("firewall", kKeys), "expected one of: routers, hosts, pools, links");
    EXPECT_EQ(suggestion("router", kKeys), "did you mean routers?");
}

}  // namespace
}  // namespace routeproof::inventory
