#include "agent/docker/messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::docker {
namespace {

using testing::HasSubstr;

net::Address address(const char* text) {
    return net::Address::parse(text).value();
}
net::Prefix prefix(const char* text) {
    return net::Prefix::parse(text).value();
}

const std::string kNetwork(64, 'c');
const std::string kEndpoint(64, 'e');

TEST(CreateNetworkMessage, IsReadWithEverythingThatDockerd29MaySend) {
    const std::string body = R"({"NetworkID":")" + kNetwork + R"(",
        "Options":{"com.docker.network.generic":{"mtu":"9000","flag":true},
                   "com.docker.network.enable_ipv4":true,"com.docker.network.internal":true},
        "IPv4Data":[{"AddressSpace":"local","Pool":"172.16.100.0/24","Gateway":"172.16.100.254/24",
                     "AuxAddresses":{"leaf":"172.16.100.2/24"},"New":1}],
        "IPv6Data":null,"Later":{}})";
    CreateNetworkRequest expected;
    expected.network_id = kNetwork;
    expected.options = {{"flag", "true"}, {"mtu", "9000"}};
    expected.internal = true;
    expected.ipv4 = {{prefix("172.16.100.0/24"),
                      AddressWithLength{address("172.16.100.254"), 24},
                      {{"leaf", {address("172.16.100.2"), 24}}}}};
    EXPECT_EQ(decode_create_network(body).value(), expected);
}

TEST(CreateEndpointMessage, KeepsTheUsersOptionsAndDropsDockersOwn) {
    const std::string body = R"({"NetworkID":")" + kNetwork + R"(","EndpointID":")" + kEndpoint +
                             R"(","Interface":{"Address":"172.16.100.1/32","AddressIPv6":"",
        "MacAddress":"02:42:ac:10:64:01"},
        "Options":{"com.docker.network.portmap":[],"announce":"false"}})";
    CreateEndpointRequest expected;
    expected.network_id = kNetwork;
    expected.endpoint_id = kEndpoint;
    expected.address = AddressWithLength{address("172.16.100.1"), 32};
    expected.mac_address = "02:42:ac:10:64:01";
    expected.options = {{"announce", "false"}};
    EXPECT_EQ(decode_create_endpoint(body).value(), expected);
}

TEST(RequestAddressMessage, TellsGatewayAndNamedContainerApart) {
    EXPECT_EQ(decode_request_address(
                  R"({"PoolID":"p","Address":"172.16.100.254",
                      "Options":{"RequestAddressType":"com.docker.network.gateway"}})")
                  .value(),
              (RequestAddressRequest{"p", address("172.16.100.254"), true, ""}));
    EXPECT_EQ(decode_request_address(
                  R"({"PoolID":"p","Address":"",
                      "Options":{"com.docker.network.endpoint.name":"demo1"}})")
                  .value(),
              (RequestAddressRequest{"p", std::nullopt, false, "demo1"}));
    EXPECT_EQ(decode_request_address(R"({"PoolID":"p","Address":"","Options":null})").value(),
              (RequestAddressRequest{"p", std::nullopt, false, ""}));
}

struct BadBody {
    const char* name;
    const char* body;
    const char* sentence;
};

std::ostream& operator<<(std::ostream& out, const BadBody& bad) {
    return out << bad.name;
}

class BadCreateEndpoint : public testing::TestWithParam<BadBody> {};

TEST_P(BadCreateEndpoint, IsRefusedByASentence) {
    const auto request = decode_create_endpoint(GetParam().body);
    ASSERT_FALSE(request);
    EXPECT_THAT(request.error().sentence, HasSubstr(GetParam().sentence));
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Bodies, BadCreateEndpoint, testing::Values(
    BadBody{"Empty", "", "without a body"},
    BadBody{"Blank", " \r\n", "without a body"},
    BadBody{"NoJson", "hello", "not a JSON object"},
    BadBody{"CutOff", R"({"NetworkID":"abc)", "not a JSON object"},
    BadBody{"Array", "[]", "not a JSON object"},
    BadBody{"NoNetwork", R"({"EndpointID":"0123456789ab"})", "\"NetworkID\" is missing"},
    BadBody{"NetworkIsNumber", R"({"NetworkID":7,"EndpointID":"0123456789ab"})",
            "\"NetworkID\" is not a text"},
    BadBody{"NetworkIsPath", R"({"NetworkID":"../../etc","EndpointID":"0123456789ab"})",
            "\"NetworkID\" is not an ID"},
    BadBody{"EndpointIsShort", R"({"NetworkID":"n","EndpointID":"0123"})",
            "\"EndpointID\" is not an endpoint ID"},
    BadBody{"EndpointIsNoHex", R"({"NetworkID":"n","EndpointID":"0123456789xyz"})",
            "\"EndpointID\" is not an endpoint ID"},
    BadBody{"AddressWithoutLength",
            R"({"NetworkID":"n","EndpointID":"0123456789ab","Interface":{"Address":"172.16.100.1"}})",
            "\"Address\" is not ADDRESS/LENGTH: 172.16.100.1"},
    BadBody{"LengthTooLong",
            R"({"NetworkID":"n","EndpointID":"0123456789ab","Interface":{"Address":"172.16.100.1/33"}})",
            "\"Address\" is not ADDRESS/LENGTH"}),
    [](const auto& bad) { return std::string(bad.param.name); });
// clang-format on

TEST(OtherMessages, MissingMembersAreNamed) {
    EXPECT_THAT(decode_join(R"({"NetworkID":"n","EndpointID":"0123456789ab"})").error().sentence,
                HasSubstr("\"SandboxKey\" is missing"));
    EXPECT_THAT(decode_release_address(R"({"PoolID":"p"})").error().sentence,
                HasSubstr("\"Address\" is missing"));
    EXPECT_THAT(decode_release_pool("{}").error().sentence, HasSubstr("\"PoolID\" is missing"));
    EXPECT_THAT(decode_create_network(R"({"NetworkID":"n","IPv4Data":[{}]})").error().sentence,
                HasSubstr("\"Pool\" of the network's address data is missing"));
    EXPECT_THAT(decode_request_pool(R"({"Pool":"172.16.100.1/24","Options":{}})").error().sentence,
                HasSubstr("\"Pool\" is not a prefix (172.16.100.1/24): bits are set"));
}

TEST(JoinReply, NamesLinkGatewayAndTheConnectedRouteToIt) {
    JoinReply reply;
    reply.source_name = "rc0123456789a";
    reply.gateway = address("169.254.1.1");
    reply.connected_routes = {prefix("169.254.1.1/32")};
    EXPECT_EQ(encode_join(reply),
              R"({"DisableGatewayService":false,"Gateway":"169.254.1.1",)"
              R"("InterfaceName":{"DstPrefix":"eth","SrcName":"rc0123456789a"},)"
              R"("StaticRoutes":[{"Destination":"169.254.1.1/32","NextHop":"","RouteType":1}]})");
}

TEST(ErrorReply, SpeaksToBothKindsOfClientsAndSurvivesBadUtf8) {
    EXPECT_EQ(encode_error("full"), R"({"Err":"full","Error":"full"})");
    EXPECT_THAT(encode_error("\xff"), HasSubstr("\"Err\":"));
}

TEST(PoolReply, NamesNoGatewaySoThatNoAddressIsSpent) {
    EXPECT_EQ(encode_pool("172.16.100.0/24", prefix("172.16.100.0/24")),
              R"({"Data":{"com.docker.network.gateway":"0.0.0.0/0"},)"
              R"("Pool":"172.16.100.0/24","PoolID":"172.16.100.0/24"})");
    EXPECT_THAT(encode_pool("x", prefix("2001:db8::/64")), HasSubstr("\"::/0\""));
}

}  // namespace
}  // namespace routeproof::docker
