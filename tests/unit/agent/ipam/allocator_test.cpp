#include "agent/ipam/allocator.hpp"

#include "inventory/store/memory_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::ipam {
namespace {

using testing::HasSubstr;

net::Address address(const char* text) {
    return net::Address::parse(text).value();
}
net::Prefix prefix(const char* text) {
    return net::Prefix::parse(text).value();
}

const Timestamp kNoon = from_rfc3339("2026-11-23T12:00:00Z").value();

/// A store that can be told to fail, and to let another writer be faster once.
class MoodyStore final : public store::Store {
public:
    store::Result<std::optional<store::Entry>> get(std::string_view key) override {
        return inner.get(key);
    }
    store::Result<std::vector<store::Entry>> list(std::string_view prefix_text) override {
        return inner.list(prefix_text);
    }
    store::Result<store::Revision> commit(const store::Transaction& transaction) override {
        if (broken) {
            return store::Errc::Unavailable;
        }
        if (faster) {
            auto other = std::exchange(faster, nullptr);
            other();
        }
        return inner.commit(transaction);
    }

    store::Result<store::Lease> grant(std::chrono::seconds time_to_live) override {
        return inner.grant(time_to_live);
    }
    store::Result<void> keep_alive(store::Lease lease) override { return inner.keep_alive(lease); }
    store::Result<void> revoke(store::Lease lease) override { return inner.revoke(lease); }
    std::unique_ptr<store::Watch> watch(std::string prefix_text, store::Revision after) override {
        return inner.watch(std::move(prefix_text), after);
    }

    store::MemoryStore inner;
    bool broken = false;
    std::function<void()> faster;
};

class IpamAllocator : public testing::Test {
protected:
    Configuration configuration(const char* host = "dockerhost1",
                                std::vector<net::Prefix> blocks = {prefix("172.16.100.0/26")}) {
        inventory::Pool pool;
        pool.name = "demo";
        pool.cidr = prefix("172.16.100.0/24");
        return {host, {pool}, std::move(blocks)};
    }

    Allocator allocator(Configuration configuration) {
        return Allocator(store, std::move(configuration), [] { return kNoon; });
    }

    static AddressRequest any(const char* subnet = "172.16.100.0/24") {
        return {{prefix(subnet), std::nullopt}, std::nullopt, Kind::Container, {}};
    }
    static AddressRequest fixed(const char* text) {
        AddressRequest request = any();
        request.address = address(text);
        return request;
    }

    MoodyStore store;
    Allocator ipam = allocator(configuration());
};

TEST_F(IpamAllocator, PoolIsGrantedForAWholePoolAndForAPartOfOne) {
    EXPECT_EQ(ipam.request_pool({prefix("172.16.100.0/24"), std::nullopt, false}).value(),
              (PoolId{prefix("172.16.100.0/24"), std::nullopt}));
    EXPECT_EQ(
        ipam.request_pool({prefix("172.16.100.0/25"), prefix("172.16.100.64/26"), false}).value(),
        (PoolId{prefix("172.16.100.0/25"), prefix("172.16.100.64/26")}));
}

TEST_F(IpamAllocator, SubnetOutsideThePoolsIsRefusedWithTheirNames) {
    const auto granted = ipam.request_pool({prefix("10.9.0.0/24"), std::nullopt, false});
    ASSERT_FALSE(granted);
    EXPECT_EQ(granted.error(),
              Error(Errc::OutsidePools,
                    "subnet 10.9.0.0/24 lies in no pool of host dockerhost1 (pools: "
                    "172.16.100.0/24); use --subnet with one of them or a part of one"));
}

TEST_F(IpamAllocator, SubnetWiderThanThePoolIsOutside) {
    EXPECT_EQ(ipam.request_pool({prefix("172.16.0.0/16"), std::nullopt, false}).error().code,
              Errc::OutsidePools);
}

TEST_F(IpamAllocator, Ipv6PoolIsRefusedClearly) {
    for (const PoolRequest& request : {PoolRequest{std::nullopt, std::nullopt, true},
                                       PoolRequest{prefix("2001:db8::/64"), std::nullopt, false}}) {
        const auto granted = ipam.request_pool(request);
        ASSERT_FALSE(granted);
        EXPECT_EQ(granted.error().code, Errc::FamilyNotServed);
        EXPECT_THAT(granted.error().what, HasSubstr("IPv6 subnets are not served"));
    }
}

TEST_F(IpamAllocator, NetworkWithoutSubnetIsToldThePools) {
    const auto granted = ipam.request_pool({});
    ASSERT_FALSE(granted);
    EXPECT_EQ(granted.error().code, Errc::NoSubnet);
    EXPECT_THAT(granted.error().what, HasSubstr("--subnet (pools: 172.16.100.0/24)"));
}

TEST_F(IpamAllocator, RangeOutsideTheSubnetIsRefused) {
    EXPECT_EQ(ipam.request_pool({prefix("172.16.100.0/25"), prefix("172.16.100.128/25"), false})
                  .error()
                  .code,
              Errc::OutsideSubnet);
}

TEST_F(IpamAllocator, FixedAddressOfAnOwnBlockIsRecordedWithWhoWhenAndWhy) {
    const Allocation expected{address("172.16.100.1"),
                              prefix("172.16.100.0/24"),
                              Kind::Container,
                              Ownership::OwnBlock,
                              "dockerhost1",
                              "",
                              "",
                              "",
                              kNoon};
    EXPECT_EQ(ipam.request_address(fixed("172.16.100.1")).value(), expected);
    // Another life of the agent finds it.
    EXPECT_EQ(allocator(configuration()).find(address("172.16.100.1")).value(), expected);
}

TEST_F(IpamAllocator, AddressOutsideOwnBlocksButInThePoolIsBorrowed) {
    EXPECT_EQ(ipam.request_address(fixed("172.16.100.70")).value().ownership, Ownership::Borrowed);
    EXPECT_EQ(ipam.own_block_of(address("172.16.100.70")), std::nullopt);
    EXPECT_EQ(ipam.own_block_of(address("172.16.100.63")), prefix("172.16.100.0/26"));
}

TEST_F(IpamAllocator, FirstAndLastAddressOfAPoolAreUsable) {
    EXPECT_TRUE(ipam.request_address(fixed("172.16.100.0")));
    EXPECT_TRUE(ipam.request_address(fixed("172.16.100.255")));
}

TEST_F(IpamAllocator, AddressOutsideTheNetworksSubnetIsRefused) {
    EXPECT_EQ(ipam.request_address(fixed("172.16.101.1")).error().code, Errc::OutsideSubnet);
}

TEST_F(IpamAllocator, PoolThatLeftTheConfigurationIsRefused) {
    EXPECT_EQ(ipam.request_address(any("10.9.0.0/24")).error().code, Errc::OutsidePools);
}

TEST_F(IpamAllocator, AutomaticChoiceTakesEveryAddressOfTheOwnBlockAndNoOther) {
    std::set<net::Address> given;
    for (int count = 0; count < 64; ++count) {
        const auto allocation = ipam.request_address(any()).value();
        EXPECT_EQ(allocation.ownership, Ownership::OwnBlock);
        EXPECT_TRUE(prefix("172.16.100.0/26").contains(allocation.address));
        given.insert(allocation.address);
    }
    EXPECT_EQ(given.size(), 64U);
    const auto full = ipam.request_address(any());
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, Errc::Full);
    EXPECT_THAT(full.error().what, HasSubstr("no address is left in 172.16.100.0/26"));
}

TEST_F(IpamAllocator, AutomaticChoiceGoesOnInTheNextBlock) {
    Allocator two = allocator(
        configuration("dockerhost1", {prefix("172.16.100.0/32"), prefix("172.16.100.128/26")}));
    EXPECT_EQ(two.request_address(any()).value().address, address("172.16.100.0"));
    EXPECT_EQ(two.request_address(any()).value().address, address("172.16.100.129"));
}

TEST_F(IpamAllocator, AutomaticChoiceStaysInsideTheRange) {
    AddressRequest request = any();
    request.pool.range = prefix("172.16.100.32/31");
    const auto first = ipam.request_address(request).value().address;
    const auto second = ipam.request_address(request).value().address;
    EXPECT_EQ((std::set{first, second}),
              (std::set{address("172.16.100.32"), address("172.16.100.33")}));
    EXPECT_EQ(ipam.request_address(request).error().code, Errc::Full);
}

TEST_F(IpamAllocator, HostWithoutABlockInTheSubnetSaysSo) {
    const auto none = ipam.request_address(any("172.16.100.128/25"));
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().what,
                HasSubstr("host dockerhost1 owns no block in 172.16.100.128/25"));
}

TEST_F(IpamAllocator, FreedAddressIsTheLastToBeGivenAgainAlsoAfterARestart) {
    const auto first = ipam.request_address(any()).value().address;
    EXPECT_EQ(first, address("172.16.100.1"));
    ASSERT_TRUE(ipam.release_address(first));
    Allocator restarted = allocator(configuration());
    for (int count = 0; count < 63; ++count) {
        EXPECT_NE(restarted.request_address(any()).value().address, first);
    }
    EXPECT_EQ(restarted.request_address(any()).value().address, first);
}

TEST_F(IpamAllocator, AddressWithAnEndpointIsRefusedWithItsOwner) {
    ASSERT_TRUE(ipam.request_address(fixed("172.16.100.1")));
    ASSERT_TRUE(ipam.bind({address("172.16.100.1"), "net", "0123456789abcdef", "demo1"}));
    const auto again = ipam.request_address(fixed("172.16.100.1"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error(),
              Error(Errc::Taken,
                    "address 172.16.100.1 is taken by container demo1 on host dockerhost1 since "
                    "2026-11-23T12:00:00Z; stop that container first, or choose another address"));
}

TEST_F(IpamAllocator, AddressWithoutEndpointIsConfirmedAsOftenAsAsked) {
    const auto first = ipam.request_address(fixed("172.16.100.1")).value();
    EXPECT_EQ(ipam.request_address(fixed("172.16.100.1")).value(), first);
}

TEST_F(IpamAllocator, AddressOfAnotherHostIsRefusedEvenWithoutEndpoint) {
    Allocator other = allocator(configuration("dockerhost2", {prefix("172.16.100.64/26")}));
    ASSERT_TRUE(other.request_address(fixed("172.16.100.1")));
    const auto refused = ipam.request_address(fixed("172.16.100.1"));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what, HasSubstr("on host dockerhost2"));
    EXPECT_TRUE(ipam.release_address(address("172.16.100.1")));
    EXPECT_TRUE(ipam.find(address("172.16.100.1")).value().has_value());
}

TEST_F(IpamAllocator, GatewayIsNotForContainersAndContainersAreNoGateways) {
    AddressRequest gateway = fixed("172.16.100.254");
    gateway.kind = Kind::Gateway;
    ASSERT_TRUE(ipam.request_address(gateway));
    EXPECT_TRUE(ipam.request_address(gateway));
    EXPECT_THAT(ipam.request_address(fixed("172.16.100.254")).error().what,
                HasSubstr("taken by the gateway of a network"));
    EXPECT_EQ(ipam.bind({address("172.16.100.254"), "net", "ep", ""}).error().code, Errc::Taken);

    ASSERT_TRUE(ipam.request_address(fixed("172.16.100.1")));
    ASSERT_TRUE(ipam.bind({address("172.16.100.1"), "net", "ep", ""}));
    gateway.address = address("172.16.100.1");
    EXPECT_EQ(ipam.request_address(gateway).error().code, Errc::Taken);
}

TEST_F(IpamAllocator, ReplayConfirmsALiveAddressOnceAndOnlyOnce) {
    ASSERT_TRUE(ipam.request_address(fixed("172.16.100.1")));
    ASSERT_TRUE(ipam.bind({address("172.16.100.1"), "net", "ep1", "demo1"}));
    ASSERT_TRUE(ipam.begin_replay());
    const auto confirmed = ipam.request_address(fixed("172.16.100.1"));
    ASSERT_TRUE(confirmed);
    EXPECT_EQ(confirmed->endpoint, "ep1");
    EXPECT_EQ(confirmed->container, "demo1");
    EXPECT_EQ(ipam.request_address(fixed("172.16.100.1")).error().code, Errc::Taken);
}

TEST_F(IpamAllocator, AddressThatOnlyDockerdRemembersIsRecordedAsReplayUntilAnEndpointHasIt) {
    ASSERT_TRUE(ipam.begin_replay());
    EXPECT_EQ(ipam.request_address(fixed("172.16.100.9")).value().kind, Kind::Replay);
    ASSERT_TRUE(ipam.bind({address("172.16.100.9"), "net", "ep1", ""}));
    EXPECT_EQ(ipam.find(address("172.16.100.9")).value()->kind, Kind::Container);
    EXPECT_EQ(ipam.request_address(fixed("172.16.100.10")).value().kind, Kind::Container);
}

TEST_F(IpamAllocator, LoserOfAConflictDoesNotReleaseTheWinnersAddress) {
    ASSERT_TRUE(ipam.request_address(fixed("172.16.100.1")));
    ASSERT_TRUE(ipam.bind({address("172.16.100.1"), "net", "ep1", ""}));
    EXPECT_EQ(ipam.bind({address("172.16.100.1"), "net", "ep2", ""}).error().code, Errc::Taken);
    EXPECT_TRUE(ipam.unbind(address("172.16.100.1"), "ep2"));
    EXPECT_TRUE(ipam.release_address(address("172.16.100.1")));
    EXPECT_EQ(ipam.find(address("172.16.100.1")).value()->endpoint, "ep1");
}

TEST_F(IpamAllocator, WholeLifeOfAnAddressLeavesNothingBehind) {
    const auto given = ipam.request_address(fixed("172.16.100.1")).value().address;
    ASSERT_TRUE(ipam.bind({given, "net", "ep1", ""}));
    ASSERT_TRUE(ipam.bind({given, "net", "ep1", ""}));
    ASSERT_TRUE(ipam.unbind(given, "ep1"));
    ASSERT_TRUE(ipam.unbind(given, "ep1"));
    ASSERT_TRUE(ipam.release_address(given));
    ASSERT_TRUE(ipam.release_address(given));
    EXPECT_EQ(ipam.allocations().value(), std::vector<Allocation>());
}

TEST_F(IpamAllocator, EndpointWithAnAddressNobodyAskedForIsRefused) {
    const auto bound = ipam.bind({address("172.16.100.1"), "net", "ep1", ""});
    ASSERT_FALSE(bound);
    EXPECT_EQ(bound.error().code, Errc::NotAllocated);
    EXPECT_THAT(bound.error().what, HasSubstr("--ipam-driver"));
}

TEST_F(IpamAllocator, NamesOfContainersArriveLaterAndStay) {
    ASSERT_TRUE(ipam.request_address(fixed("172.16.100.1")));
    ASSERT_TRUE(ipam.bind({address("172.16.100.1"), "net", "ep1", ""}));
    ASSERT_TRUE(ipam.bind({address("172.16.100.1"), "net", "ep1", "demo1"}));
    ASSERT_TRUE(ipam.bind({address("172.16.100.1"), "net", "ep1", ""}));
    EXPECT_EQ(ipam.find(address("172.16.100.1")).value()->container, "demo1");
}

TEST_F(IpamAllocator, FasterWriterOfTheSameAddressWins) {
    store.faster = [this] {
        Allocator other = allocator(configuration("dockerhost2", {prefix("172.16.100.64/26")}));
        ASSERT_TRUE(other.request_address(fixed("172.16.100.1")));
    };
    EXPECT_EQ(ipam.request_address(fixed("172.16.100.1")).error().code, Errc::Taken);
    store.faster = [this] {
        Allocator other = allocator(configuration("dockerhost2", {prefix("172.16.100.64/26")}));
        ASSERT_TRUE(other.request_address(fixed("172.16.100.2")));
    };
    EXPECT_EQ(ipam.request_address(any()).value().address, address("172.16.100.3"));
}

TEST_F(IpamAllocator, StoreThatCannotBeWrittenRefusesInASentenceAndGivesNothing) {
    store.broken = true;
    for (const AddressRequest& request : {any(), fixed("172.16.100.1")}) {
        const auto refused = ipam.request_address(request);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Errc::StoreFailed);
        EXPECT_THAT(refused.error().what, HasSubstr("nothing was changed"));
    }
    store.broken = false;
    EXPECT_TRUE(ipam.allocations().value().empty());
}

TEST_F(IpamAllocator, UnreadableRecordCountsAsTaken) {
    store::Transaction transaction;
    transaction.puts = {{"ipam/addresses/172.16.100.1", "garbage"}};
    ASSERT_TRUE(store.commit(transaction));
    EXPECT_EQ(ipam.request_address(fixed("172.16.100.1")).error().code, Errc::StoreFailed);
    EXPECT_EQ(ipam.request_address(any()).value().address, address("172.16.100.2"));
}

TEST_F(IpamAllocator, AllocationsAreListedInNumericalOrder) {
    for (const char* text : {"172.16.100.10", "172.16.100.9", "172.16.100.70"}) {
        ASSERT_TRUE(ipam.request_address(fixed(text)));
    }
    std::vector<std::string> listed;
    for (const Allocation& one : ipam.allocations().value()) {
        listed.push_back(one.address.to_string());
    }
    EXPECT_EQ(listed, (std::vector<std::string>{"172.16.100.9", "172.16.100.10", "172.16.100.70"}));
}

}  // namespace
}  // namespace routeproof::ipam
