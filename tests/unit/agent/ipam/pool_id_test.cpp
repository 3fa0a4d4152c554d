#include "agent/ipam/pool_id.hpp"

#include <gtest/gtest.h>

namespace routeproof::ipam {
namespace {

TEST(PoolId, CarriesSubnetAndRangeThroughText) {
    const auto subnet = net::Prefix::parse("172.16.100.0/24").value();
    const auto range = net::Prefix::parse("172.16.100.128/25").value();
    for (const PoolId& id : {PoolId{subnet, std::nullopt}, PoolId{subnet, range}}) {
        EXPECT_EQ(PoolId::parse(id.to_string()), id);
    }
    EXPECT_EQ((PoolId{subnet, range}).to_string(), "172.16.100.0/24;range=172.16.100.128/25");
}

TEST(PoolId, TextOfAnotherDriverIsNone) {
    for (const char* text : {"",
                             "LocalDefault/172.16.100.0/24",
                             "172.16.100.1/24",
                             "demo",
                             "172.16.100.0/24;range=",
                             "172.16.100.0/24;range=x"}) {
        EXPECT_EQ(PoolId::parse(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace routeproof::ipam
