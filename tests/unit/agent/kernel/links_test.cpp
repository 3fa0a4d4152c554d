#include "agent/kernel/links.hpp"

#include <gtest/gtest.h>

namespace routeproof::kernel {
namespace {

TEST(LinkName, IsMadeOfTheEndpointAndFitsTheKernel) {
    const std::string endpoint = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    EXPECT_EQ(host_link_name(endpoint), "rp0123456789a");
    EXPECT_EQ(container_link_name(endpoint), "rc0123456789a");
    EXPECT_LE(host_link_name(endpoint).size(), 15U);
}

TEST(LinkName, OnlyOursAreRecognised) {
    EXPECT_TRUE(is_host_link("rp0123456789a"));
    for (const char* name : {"",
                             "rp",
                             "rp0",
                             "eth0",
                             "rc0123456789a",
                             "rp0123456789ab",
                             "rp0123456789A",
                             "rpc-uplink000"}) {
        EXPECT_FALSE(is_host_link(name)) << name;
    }
}

}  // namespace
}  // namespace routeproof::kernel
