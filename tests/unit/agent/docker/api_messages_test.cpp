#include "agent/docker/api_client.hpp"

#include <gtest/gtest.h>

namespace routeproof::docker {
namespace {

net::Address address(const char* text) {
    return net::Address::parse(text).value();
}

TEST(NetworkOfTheApi, ListsStartingAndRunningContainersByEndpoint) {
    // A starting container stands under ep-<endpoint>, a running one under its own ID.
    const auto info = decode_network_info(R"({"Name":"demo","Id":"cafe01","Driver":"routeproof",
        "Containers":{
          "ep-aaaaaaaaaaaa":{"Name":"demo1","EndpointID":"aaaaaaaaaaaa","MacAddress":"",
                             "IPv4Address":"172.16.100.1/32","IPv6Address":""},
          "dddddddddddd":{"Name":"demo2","EndpointID":"bbbbbbbbbbbb","IPv4Address":""},
          "eeeeeeeeeeee":{"Name":"no endpoint"}}})");
    NetworkInfo expected;
    expected.id = "cafe01";
    expected.name = "demo";
    expected.endpoints["aaaaaaaaaaaa"] = {"demo1", "", address("172.16.100.1")};
    expected.endpoints["bbbbbbbbbbbb"] = {"demo2", "dddddddddddd", std::nullopt};
    EXPECT_EQ(info.value(), expected);
}

TEST(ContainersOfTheApi, CarryNameStateAndNetworks) {
    const auto list = decode_containers(R"([{"Id":"dddd","Names":["/demo1","/other/alias"],
        "State":"running","NetworkSettings":{"Networks":{"demo":{"NetworkID":"cafe01",
        "EndpointID":"aaaaaaaaaaaa","IPAddress":"172.16.100.1"}}}},
        {"Id":"ffff","Names":null,"State":"exited","NetworkSettings":{"Networks":null}}])");
    const std::vector<ContainerInfo> expected{
        {"dddd", "demo1", "running", {{"demo", "cafe01", "aaaaaaaaaaaa", address("172.16.100.1")}}},
        {"ffff", "", "exited", {}}};
    EXPECT_EQ(list.value(), expected);
}

TEST(AnswersOfTheApi, GarbageIsRefused) {
    for (const char* body : {"", "null", "<html>", "{"}) {
        EXPECT_FALSE(decode_network_info(body)) << body;
        EXPECT_FALSE(decode_containers(body)) << body;
    }
    EXPECT_FALSE(decode_network_info("{}"));
}

}  // namespace
}  // namespace routeproof::docker
