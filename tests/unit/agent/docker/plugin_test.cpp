// What the handlers do when something is odd: the recorded conversations show them when all is
// well.
#include "agent/docker/plugin.hpp"

#include "inventory/store/memory_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::docker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kNetwork(64, 'c');
const std::string kEndpoint(64, 'e');

/// Both backends; writes down what it is asked, and refuses what it is told to.
class FakeHost final : public AddressBackend, public EndpointBackend {
public:
    void replay_begins() override { asked.push_back("replay"); }
    Answer<GrantedPool> request_pool(const RequestPoolRequest& request) override {
        return GrantedPool{request.pool->to_string(), *request.pool};
    }
    Answer<void> release_pool(const std::string& id) override { return note("release " + id); }
    Answer<AddressWithLength> request_address(const RequestAddressRequest& request) override {
        return AddressWithLength{*request.address, 32};
    }
    Answer<void> release_address(const ReleaseAddressRequest&) override { return {}; }
    Answer<void> check_subnet(const net::Prefix&) override { return {}; }

    Answer<void> create_endpoint(const Network&, const Endpoint& endpoint) override {
        return note("create " + endpoint.address->to_string());
    }
    Answer<JoinedLink> join(const Network& network, const Endpoint&) override {
        const std::string mtu = network.mtu ? std::to_string(*network.mtu) : "default";
        if (const auto done = note("join mtu " + mtu); !done) {
            return done.error();
        }
        return JoinedLink{"rceeeeeeeeeee", net::Address::parse("169.254.1.1").value()};
    }
    Answer<void> leave(const Endpoint&) override { return note("leave"); }
    Answer<void> delete_endpoint(const Endpoint&) override { return note("delete"); }

    std::vector<std::string> asked;
    std::string refuses;  // the beginning of what is refused

private:
    Answer<void> note(std::string what) {
        const bool refused = !refuses.empty() && what.starts_with(refuses);
        asked.push_back(std::move(what));
        return refused ? Refusal("the host does not want to") : Answer<void>();
    }
};

class DockerPlugin : public testing::Test {
protected:
    Reply call(const std::string& method, const std::string& body) {
        return plugin.handle(method, body);
    }
    Reply create_network(const std::string& more = "", const std::string& generic = "") {
        return call("NetworkDriver.CreateNetwork",
                    R"({"NetworkID":")" + kNetwork +
                        R"(","Options":{"com.docker.network.generic":{)" + generic + "}" + more +
                        R"(},"IPv4Data":[{"Pool":"172.16.100.0/24"}],"IPv6Data":[]})");
    }
    Reply create_endpoint(const std::string& address = "172.16.100.1/32") {
        return call("NetworkDriver.CreateEndpoint",
                    ids(R"("Interface":{"Address":")" + address + R"("})"));
    }
    Reply join() { return call("NetworkDriver.Join", ids(R"("SandboxKey":"/run/netns/1")")); }
    static std::string ids(const std::string& more = "\"Options\":null") {
        return R"({"NetworkID":")" + kNetwork + R"(","EndpointID":")" + kEndpoint + "\"," + more +
               "}";
    }
    const Endpoint* endpoint() const { return registry.endpoint(kEndpoint); }

    store::MemoryStore store;
    Registry registry{store};
    FakeHost host;
    Plugin plugin{registry, host, host};
};

TEST_F(DockerPlugin, EveryMethodOfBothProtocolsIsKnown) {
    for (const char* method : {"Plugin.Activate",
                               "NetworkDriver.GetCapabilities",
                               "NetworkDriver.GwAllocCheck",
                               "NetworkDriver.AllocateNetwork",
                               "NetworkDriver.FreeNetwork",
                               "NetworkDriver.EndpointOperInfo",
                               "NetworkDriver.ProgramExternalConnectivity",
                               "NetworkDriver.RevokeExternalConnectivity",
                               "NetworkDriver.DiscoverNew",
                               "NetworkDriver.DiscoverDelete",
                               "IpamDriver.GetCapabilities",
                               "IpamDriver.GetDefaultAddressSpaces"}) {
        EXPECT_EQ(call(method, "").status, 200U) << method;
    }
    for (const char* method : {"NetworkDriver.CreateNetwork",
                               "NetworkDriver.DeleteNetwork",
                               "NetworkDriver.CreateEndpoint",
                               "NetworkDriver.DeleteEndpoint",
                               "NetworkDriver.Join",
                               "NetworkDriver.Leave",
                               "IpamDriver.RequestPool",
                               "IpamDriver.ReleasePool",
                               "IpamDriver.RequestAddress",
                               "IpamDriver.ReleaseAddress"}) {
        const Reply reply = call(method, "");
        EXPECT_EQ(reply.status, 500U) << method;
        EXPECT_THAT(reply.body, HasSubstr("without a body")) << method;
    }
}

TEST_F(DockerPlugin, UnknownMethodIsNotFoundWithASentence) {
    for (const char* method :
         {"NetworkDriver.Later", "IpamDriver.Later", "VolumeDriver.List", ""}) {
        const Reply reply = call(method, "{}");
        EXPECT_EQ(reply.status, 404U);
        EXPECT_THAT(reply.body, HasSubstr("\"Err\":\"routeproof-agent knows no method"));
    }
}

TEST_F(DockerPlugin, HandshakeOpensTheReplay) {
    call("Plugin.Activate", "");
    EXPECT_THAT(host.asked, ElementsAre("replay"));
}

TEST_F(DockerPlugin, GatewayThatIsNoneIsConfirmedWithoutSpendingAnAddress) {
    EXPECT_EQ(call("IpamDriver.RequestAddress",
                   R"({"PoolID":"p","Address":"0.0.0.0",
                       "Options":{"RequestAddressType":"com.docker.network.gateway"}})"),
              (Reply{200, R"({"Address":"0.0.0.0/0","Data":{}})"}));
}

TEST_F(DockerPlugin, NetworkIsInTheStoreBeforeTheReply) {
    ASSERT_EQ(create_network("", R"("mtu":"9000")"), (Reply{200, "{}"}));
    Registry later(store);
    ASSERT_TRUE(later.load());
    ASSERT_NE(later.network(kNetwork), nullptr);
    EXPECT_EQ(later.network(kNetwork)->mtu, 9000U);
}

TEST_F(DockerPlugin, MtuOptionsThatAreNoneAreRefused) {
    for (const char* generic : {R"("mtu":"big")",
                                R"("mtu":"67")",
                                R"("mtu":"65536")",
                                R"("com.docker.network.driver.mtu":"-1")",
                                R"("mtu":"")"}) {
        EXPECT_THAT(create_network("", generic).body, HasSubstr("is not an MTU")) << generic;
    }
    EXPECT_TRUE(registry.networks().empty());
}

TEST_F(DockerPlugin, NetworkAskedForTwiceIsOneAndWithOtherDataAnError) {
    ASSERT_EQ(create_network().status, 200U);
    EXPECT_EQ(create_network().status, 200U);
    EXPECT_THAT(create_network("", R"("mtu":"1400")").body, HasSubstr("exists already"));
}

TEST_F(DockerPlugin, FamiliesAndKindsNotServedYetAreRefused) {
    EXPECT_THAT(create_network(R"(,"com.docker.network.internal":true)").body,
                HasSubstr("without --internal"));
    EXPECT_THAT(call("NetworkDriver.CreateNetwork",
                     R"({"NetworkID":"n","IPv4Data":[],"IPv6Data":[{"Pool":"2001:db8::/64"}]})")
                    .body,
                HasSubstr("IPv6 subnets are not served"));
    EXPECT_THAT(call("NetworkDriver.CreateNetwork", R"({"NetworkID":"n","IPv4Data":[]})").body,
                HasSubstr("--subnet"));
}

TEST_F(DockerPlugin, EndpointOfAnUnknownNetworkNamesTheRemedy) {
    EXPECT_THAT(create_endpoint().body, HasSubstr("docker network rm, docker network create"));
}

TEST_F(DockerPlugin, EndpointIsBoundOnceRecordedAndRepeatable) {
    create_network();
    EXPECT_EQ(create_endpoint(), (Reply{200, R"({"Interface":{}})"}));
    EXPECT_EQ(create_endpoint(), (Reply{200, R"({"Interface":{}})"}));
    ASSERT_NE(endpoint(), nullptr);
    EXPECT_FALSE(endpoint()->is_joined());
    EXPECT_THAT(create_endpoint("172.16.100.2/32").body, HasSubstr("exists already"));
}

TEST_F(DockerPlugin, EndpointAddressMustBeOfTheNetwork) {
    create_network();
    EXPECT_THAT(create_endpoint("172.16.101.1/32").body,
                HasSubstr("address 172.16.101.1 is in no subnet of network cccccccccccc"));
    EXPECT_THAT(create_endpoint("").body, HasSubstr("--ipam-driver"));
    EXPECT_THAT(host.asked, IsEmpty());
}

TEST_F(DockerPlugin, RefusedEndpointIsNotRecorded) {
    create_network();
    host.refuses = "create";
    EXPECT_EQ(create_endpoint().status, 500U);
    EXPECT_EQ(endpoint(), nullptr);
}

TEST_F(DockerPlugin, JoinIsRecordedWithItsSandboxAndKnowsTheNetworksMtu) {
    create_network("", R"("com.docker.network.driver.mtu":"1400")");
    create_endpoint();
    EXPECT_EQ(join().status, 200U);
    EXPECT_THAT(host.asked, ElementsAre("create 172.16.100.1", "join mtu 1400"));
    EXPECT_EQ(endpoint()->sandbox, "/run/netns/1");
    EXPECT_EQ(join().status, 200U);
}

TEST_F(DockerPlugin, SecondRoutedNetworkOfAContainerIsRefusedInASentence) {
    create_network();
    create_endpoint();
    ASSERT_EQ(join().status, 200U);
    Endpoint second = *endpoint();
    second.id = std::string(64, 'f');
    second.address = net::Address::parse("172.16.100.2").value();
    second.sandbox.clear();
    ASSERT_TRUE(registry.put(second));
    const std::string body = R"({"NetworkID":")" + kNetwork + R"(","EndpointID":")" + second.id +
                             R"(","SandboxKey":"/run/netns/1"})";
    const Reply refused = call("NetworkDriver.Join", body);
    EXPECT_EQ(refused.status, 500U);
    EXPECT_THAT(refused.body,
                HasSubstr("already has 172.16.100.1 on a routed network, and Routeproof serves one "
                          "per container so far"));
    EXPECT_FALSE(registry.endpoint(second.id)->is_joined());
}

TEST_F(DockerPlugin, FailedJoinLeavesTheEndpointUnjoined) {
    create_network();
    create_endpoint();
    host.refuses = "join";
    EXPECT_THAT(join().body, HasSubstr("the host does not want to"));
    EXPECT_FALSE(endpoint()->is_joined());
}

TEST_F(DockerPlugin, JoinOfAnUnknownEndpointIsRefused) {
    create_network();
    EXPECT_THAT(join().body, HasSubstr("start the container again"));
}

TEST_F(DockerPlugin, LeaveAndDeleteGoThroughWhateverTheKernelSays) {
    create_network();
    create_endpoint();
    join();
    host.refuses = "leave";
    EXPECT_EQ(call("NetworkDriver.Leave", ids()).status, 500U);
    EXPECT_FALSE(endpoint()->is_joined());
    host.refuses = "delete";
    EXPECT_EQ(call("NetworkDriver.DeleteEndpoint", ids()).status, 500U);
    EXPECT_EQ(endpoint(), nullptr);
}

TEST_F(DockerPlugin, LeavingAndDeletingTheUnknownSucceeds) {
    EXPECT_EQ(call("NetworkDriver.Leave", ids()), (Reply{200, "{}"}));
    EXPECT_EQ(call("NetworkDriver.DeleteEndpoint", ids()), (Reply{200, "{}"}));
    EXPECT_EQ(call("NetworkDriver.DeleteNetwork", ids()), (Reply{200, "{}"}));
    EXPECT_THAT(host.asked, IsEmpty());
}

TEST_F(DockerPlugin, EndpointThatNeverLeftLeavesWhenItIsDeleted) {
    create_network();
    create_endpoint();
    join();
    host.asked.clear();
    EXPECT_EQ(call("NetworkDriver.DeleteEndpoint", ids()).status, 200U);
    EXPECT_THAT(host.asked, ElementsAre("leave", "delete"));
}

TEST_F(DockerPlugin, NetworkTakesForgottenEndpointsWithIt) {
    create_network();
    create_endpoint();
    join();
    EXPECT_EQ(call("NetworkDriver.DeleteNetwork", ids()).status, 200U);
    EXPECT_EQ(endpoint(), nullptr);
    EXPECT_TRUE(store.list("").value().empty());
}

TEST_F(DockerPlugin, ObserverSeesEveryCallWithItsReply) {
    std::vector<std::string> seen;
    Plugin watched(registry, host, host, [&seen](const Handled& handled) {
        seen.push_back(std::string(handled.method) + " " + std::to_string(handled.reply.status));
    });
    watched.handle("Plugin.Activate", "");
    watched.handle("Nonsense", "");
    EXPECT_THAT(seen, ElementsAre("Plugin.Activate 200", "Nonsense 404"));
}

}  // namespace
}  // namespace routeproof::docker
