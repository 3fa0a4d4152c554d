// Hosts that share a store: blocks are claimed, borrowed from, and given back.
#include "agent/ipam/allocator.hpp"
#include "agent/ipam/keys.hpp"
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

class SharedAllocator : public testing::Test {
protected:
    SharedAllocator() {
        pool_.name = "demo";
        pool_.cidr = prefix("172.16.100.0/24");
        for (const char* host : {"dockerhost1", "dockerhost2"}) {
            lives_.emplace(host, store_.grant(std::chrono::hours(1)).value());
            const store::Lease life = lives_.at(host);
            EXPECT_TRUE(store_.commit(
                {{}, {{alive_key(host), "yes", life}, {heard_key(host), "yes", life}}, {}}));
        }
    }

    Allocator host(const char* name, std::vector<net::Prefix> blocks = {}) {
        Configuration configuration{name, {pool_}, std::move(blocks)};
        configuration.shared = true;
        return Allocator(store_, std::move(configuration), [this] { return now_; });
    }
    void dies(const char* name) { ASSERT_TRUE(store_.revoke(lives_.at(name))); }

    AddressRequest any() const { return {{pool_.cidr, std::nullopt}, {}, Kind::Container, {}}; }
    AddressRequest fixed(const char* text) const {
        AddressRequest request = any();
        request.address = address(text);
        return request;
    }
    Block block(const char* text) {
        return block_from_json(store_.get(block_key(prefix(text))).value()->value).value();
    }

    store::MemoryStore store_;
    inventory::Pool pool_;
    Timestamp now_ = from_rfc3339("2026-11-23T12:00:00Z").value();
    std::map<std::string, store::Lease> lives_;
};

TEST_F(SharedAllocator, AFixedAddressClaimsTheBlockAroundItIfNobodyHasIt) {
    Allocator one = host("dockerhost1");
    std::vector<net::Prefix> told;
    one.on_block([&](const net::Prefix& claimed) { told.push_back(claimed); });
    EXPECT_EQ(one.request_address(fixed("172.16.100.1")).value().ownership, Ownership::OwnBlock);
    EXPECT_EQ(block("172.16.100.0/26"),
              (Block{prefix("172.16.100.0/26"),
                     prefix("172.16.100.0/24"),
                     "dockerhost1",
                     BlockState::Confirmed,
                     "address 172.16.100.1",
                     now_}));
    EXPECT_EQ(told, (std::vector{prefix("172.16.100.0/26")}));
    EXPECT_EQ(one.own_blocks(), told);
    EXPECT_TRUE(one.request_address(fixed("172.16.100.2")));
    EXPECT_EQ(told.size(), 1U);
}

TEST_F(SharedAllocator, AnAddressOfAnotherHostsBlockIsBorrowedAndComesHome) {
    Allocator one = host("dockerhost1");
    Allocator two = host("dockerhost2");
    ASSERT_TRUE(one.request_address(fixed("172.16.100.1")));
    EXPECT_EQ(two.request_address(fixed("172.16.100.2")).value().ownership, Ownership::Borrowed);
    EXPECT_EQ(two.own_blocks(), std::vector<net::Prefix>());
    EXPECT_THAT(one.request_address(fixed("172.16.100.2")).error().what,
                HasSubstr("on host dockerhost2"));
    ASSERT_TRUE(two.release_address(address("172.16.100.2")));
    EXPECT_EQ(one.request_address(fixed("172.16.100.2")).value().ownership, Ownership::OwnBlock);
}

TEST_F(SharedAllocator, AContainerMovesWithItsAddress) {
    Allocator one = host("dockerhost1");
    Allocator two = host("dockerhost2");
    ASSERT_TRUE(one.request_address(fixed("172.16.100.1")));
    ASSERT_TRUE(one.bind({address("172.16.100.1"), "net", "ep", "demo1"}));
    EXPECT_EQ(two.request_address(fixed("172.16.100.1")).error().code, Errc::Taken);
    ASSERT_TRUE(one.unbind(address("172.16.100.1"), "ep"));
    ASSERT_TRUE(one.release_address(address("172.16.100.1")));
    EXPECT_TRUE(two.request_address(fixed("172.16.100.1"))) << "no cool-down for who names it";
}

TEST_F(SharedAllocator, StrictAffinityForbidsToBorrow) {
    pool_.strict_affinity = true;
    Allocator one = host("dockerhost1");
    Allocator two = host("dockerhost2");
    ASSERT_TRUE(one.request_address(fixed("172.16.100.1")));
    const auto refused = two.request_address(fixed("172.16.100.2"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(),
              Error(Errc::NotOurs,
                    "address 172.16.100.2 lies in block 172.16.100.0/26 of host dockerhost1, and "
                    "the pool's strict_affinity forbids to borrow; choose an address of this "
                    "host's own blocks"));
}

TEST_F(SharedAllocator, AutomaticChoiceClaimsBlocksOneByOneAndThenBorrows) {
    Allocator one = host("dockerhost1");
    Allocator two = host("dockerhost2");
    EXPECT_EQ(two.request_address(fixed("172.16.100.70")).value().ownership, Ownership::OwnBlock);
    std::set<net::Address> given;
    for (int count = 0; count < 192; ++count) {
        const auto allocation = one.request_address(any()).value();
        EXPECT_EQ(allocation.ownership, Ownership::OwnBlock);
        given.insert(allocation.address);
    }
    EXPECT_EQ(given.size(), 192U);
    EXPECT_EQ(
        one.own_blocks(),
        (std::vector{
            prefix("172.16.100.0/26"), prefix("172.16.100.128/26"), prefix("172.16.100.192/26")}));
    for (int count = 0; count < 63; ++count) {
        EXPECT_EQ(one.request_address(any()).value().ownership, Ownership::Borrowed);
    }
    const auto full = one.request_address(any());
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, Errc::Full);
    EXPECT_THAT(full.error().what,
                HasSubstr("the pool's blocks: dockerhost1: 3 blocks, dockerhost2: 1 block"));
}

TEST_F(SharedAllocator, AHostClaimsNoMoreBlocksThanItMay) {
    Configuration configuration{"dockerhost1", {pool_}, {}};
    configuration.shared = true;
    configuration.most_blocks = 1;
    Allocator one(store_, configuration, [this] { return now_; });
    for (int count = 0; count < 64; ++count) {
        ASSERT_TRUE(one.request_address(any()));
    }
    EXPECT_EQ(one.request_address(any()).error().code, Errc::Full);
    EXPECT_EQ(one.own_blocks().size(), 1U);
}

TEST_F(SharedAllocator, AnOwnerThatIsOutOfTouchIsNotBorrowedFrom) {
    Allocator one = host("dockerhost1");
    Allocator two = host("dockerhost2");
    ASSERT_TRUE(one.request_address(fixed("172.16.100.1")));
    dies("dockerhost1");
    const auto refused = two.request_address(fixed("172.16.100.2"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::OwnerAway);
    EXPECT_THAT(refused.error().what, HasSubstr("of host dockerhost1, which is out of touch"));
}

TEST_F(SharedAllocator, TheRecordedAddressOfADeadHostMayBeTakenOver) {
    Allocator one = host("dockerhost1");
    Allocator two = host("dockerhost2");
    ASSERT_TRUE(one.request_address(fixed("172.16.100.1")));
    ASSERT_TRUE(one.bind({address("172.16.100.1"), "net", "ep", "demo1"}));
    dies("dockerhost1");
    const auto taken = two.request_address(fixed("172.16.100.1"));
    ASSERT_TRUE(taken) << taken.error();
    EXPECT_EQ(taken->host, "dockerhost2");
    EXPECT_EQ(taken->ownership, Ownership::Borrowed);
    // The old owner comes back: it is told that it has lost the address.
    EXPECT_EQ(one.bind({address("172.16.100.1"), "net", "ep", "demo1"}).error().code,
              Errc::NotAllocated);
}

TEST_F(SharedAllocator, AnUnfinishedClaimIsFinishedByItsHostAndLeftToItWhileItLives) {
    const Block pending{prefix("172.16.100.0/26"),
                        prefix("172.16.100.0/24"),
                        "dockerhost1",
                        BlockState::Pending,
                        "address 172.16.100.1",
                        now_};
    const auto key = block_key(pending.block);
    ASSERT_TRUE(store_.commit({{}, {{key, to_json(pending)}}, {}}));
    Allocator two = host("dockerhost2");
    EXPECT_EQ(two.request_address(fixed("172.16.100.1")).value().ownership, Ownership::Borrowed);
    Allocator one = host("dockerhost1");
    ASSERT_TRUE(one.load());
    EXPECT_EQ(block("172.16.100.0/26").state, BlockState::Confirmed);
    EXPECT_EQ(one.own_blocks(), (std::vector{pending.block}));
}

TEST_F(SharedAllocator, AnUnfinishedClaimOfADeadHostIsTakenOver) {
    const Block pending{prefix("172.16.100.0/26"),
                        prefix("172.16.100.0/24"),
                        "dockerhost1",
                        BlockState::Pending,
                        "",
                        now_};
    ASSERT_TRUE(store_.commit({{}, {{block_key(pending.block), to_json(pending)}}, {}}));
    dies("dockerhost1");
    Allocator two = host("dockerhost2");
    EXPECT_EQ(two.request_address(fixed("172.16.100.1")).value().ownership, Ownership::OwnBlock);
    EXPECT_EQ(block("172.16.100.0/26").host, "dockerhost2");
}

TEST_F(SharedAllocator, ConfiguredBlocksAreClaimedAtTheStart) {
    Allocator one = host("dockerhost1", {prefix("172.16.100.0/26")});
    ASSERT_TRUE(one.load());
    EXPECT_EQ(block("172.16.100.0/26").host, "dockerhost1");
    Allocator two = host("dockerhost2", {prefix("172.16.100.0/26")});
    const auto refused = two.load();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::Taken);
    EXPECT_THAT(refused.error().what, HasSubstr("is claimed by host dockerhost1"));
}

TEST_F(SharedAllocator, AnotherLifeOfTheHostFindsItsBlocks) {
    ASSERT_TRUE(host("dockerhost1").request_address(fixed("172.16.100.1")));
    Allocator again = host("dockerhost1");
    ASSERT_TRUE(again.load());
    EXPECT_EQ(again.own_blocks(), (std::vector{prefix("172.16.100.0/26")}));
}

TEST_F(SharedAllocator, ReservedAddressesAreGivenToNobody) {
    pool_.reserved = {prefix("172.16.100.0/30")};
    Allocator one = host("dockerhost1");
    EXPECT_EQ(one.request_address(any()).value().address, address("172.16.100.4"));
    const auto refused = one.request_address(fixed("172.16.100.1"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(),
              Error(Errc::Reserved,
                    "address 172.16.100.1 is reserved by the pool's configuration "
                    "(172.16.100.0/30); choose another address"));
}

TEST_F(SharedAllocator, AFreedAddressCoolsDownBeforeItIsChosenAgain) {
    Allocator one = host("dockerhost1");
    AddressRequest narrow = any();
    narrow.pool.range = prefix("172.16.100.0/30");
    for (int count = 0; count < 4; ++count) {
        ASSERT_TRUE(one.request_address(narrow));
    }
    ASSERT_TRUE(one.release_address(address("172.16.100.1")));
    now_ += std::chrono::seconds(10);
    ASSERT_TRUE(one.release_address(address("172.16.100.3")));
    now_ += std::chrono::seconds(51);  // .1 has cooled down, .3 has not
    EXPECT_EQ(one.request_address(narrow).value().address, address("172.16.100.1"));
    EXPECT_EQ(one.request_address(narrow).value().address, address("172.16.100.3"))
        << "when nothing else is left, a warm address is better than none";
    EXPECT_FALSE(store_.get(cooling_key(address("172.16.100.3"))).value());
}

TEST_F(SharedAllocator, ABlockOfIpv6IsASlash122) {
    pool_.cidr = prefix("2001:db8:100::/64");
    pool_.block_size = 122;
    Allocator one = host("dockerhost1");
    EXPECT_TRUE(one.request_address(fixed("2001:db8:100::1")));
    EXPECT_EQ(one.own_blocks(), (std::vector{prefix("2001:db8:100::/122")}));
    EXPECT_EQ(one.request_address(any()).value().address, address("2001:db8:100::2"));
}

TEST_F(SharedAllocator, AnEmptyBlockIsGivenBackAndOneInUseIsNot) {
    Allocator one = host("dockerhost1");
    ASSERT_TRUE(one.request_address(fixed("172.16.100.1")));
    BlockTable table(store_, "dockerhost1", [this] { return now_; });
    EXPECT_FALSE(table.release(prefix("172.16.100.0/26")).value());
    EXPECT_EQ(block("172.16.100.0/26").state, BlockState::Confirmed);
    ASSERT_TRUE(one.release_address(address("172.16.100.1")));
    EXPECT_FALSE(BlockTable(store_, "dockerhost2", [this] { return now_; })
                     .release(prefix("172.16.100.0/26"))
                     .value());
    EXPECT_TRUE(table.release(prefix("172.16.100.0/26")).value());
    EXPECT_FALSE(store_.get(block_key(prefix("172.16.100.0/26"))).value());
}

TEST_F(SharedAllocator, AnUnreadableBlockRecordIsSomebodyElses) {
    ASSERT_TRUE(store_.commit({{}, {{block_key(prefix("172.16.100.0/26")), "garbage"}}, {}}));
    Allocator one = host("dockerhost1");
    EXPECT_THAT(one.request_address(fixed("172.16.100.1")).error().what,
                HasSubstr("(unreadable record ipam/blocks/172.16.100.0/26)"));
    EXPECT_EQ(one.request_address(any()).value().address, address("172.16.100.65"));
}

}  // namespace
}  // namespace routeproof::ipam
