// A host and its copy of the shared store, which goes away and comes back.
#include "agent/ipam/allocator.hpp"
#include "agent/ipam/alone.hpp"
#include "agent/ipam/keys.hpp"
#include "inventory/store/memory_store.hpp"
#include "inventory/store/mirrored_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace routeproof::ipam {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using store::Errc;
using testing::HasSubstr;

constexpr seconds kPatience{20};

net::Address address(const char* text) {
    return net::Address::parse(text).value();
}
net::Prefix prefix(const char* text) {
    return net::Prefix::parse(text).value();
}

/// The way to the shared store, which can be cut.
class Way final : public store::Store {
public:
    Way(store::Store& inner, const std::atomic<bool>& cut) : inner_(inner), cut_(cut) {}

    store::Result<std::optional<store::Entry>> get(std::string_view key) override {
        return cut_ ? away() : inner_.get(key);
    }
    store::Result<std::vector<store::Entry>> list(std::string_view folder) override {
        return cut_ ? away() : inner_.list(folder);
    }
    store::Result<store::Revision> commit(const store::Transaction& transaction) override {
        return cut_ ? away() : inner_.commit(transaction);
    }
    store::Result<store::Lease> grant(seconds time_to_live) override {
        return cut_ ? away() : inner_.grant(time_to_live);
    }
    store::Result<void> keep_alive(store::Lease lease) override {
        return cut_ ? away() : inner_.keep_alive(lease);
    }
    store::Result<void> revoke(store::Lease lease) override { return inner_.revoke(lease); }
    std::unique_ptr<store::Watch> watch(std::string folder, store::Revision after) override {
        return std::make_unique<CutWatch>(inner_.watch(std::move(folder), after), cut_);
    }

private:
    class CutWatch final : public store::Watch {
    public:
        CutWatch(std::unique_ptr<store::Watch> inner, const std::atomic<bool>& cut)
            : inner_(std::move(inner)), cut_(cut) {}
        store::Result<store::Batch> next(milliseconds patience) override {
            return cut_ ? away() : inner_->next(patience);
        }

    private:
        std::unique_ptr<store::Watch> inner_;
        const std::atomic<bool>& cut_;
    };

    static store::Failure away() { return {Errc::Unavailable, "the way is cut"}; }

    store::Store& inner_;
    const std::atomic<bool>& cut_;
};

/// One agent with its own store.
class Host {
public:
    Host(std::string name, store::Store& shared, const inventory::Pool& pool, seconds heard)
        : configuration_{std::move(name), {pool}, {}}, shared_(shared), heard_(heard) {
        configuration_.shared = true;
    }

    void start() {
        store::MirrorTimes times;
        times.heard = heard_;
        times.retry = milliseconds(20);
        times.glance = milliseconds(20);
        store::MirroredStore::Listener listener;
        listener.lost = [this](const std::string& key, const auto&) {
            const std::lock_guard lock(mutex_);
            lost_.push_back(key);
        };
        mirror_ = std::make_unique<store::MirroredStore>(copy,
                                                         std::make_unique<Way>(shared_, cut),
                                                         std::make_unique<Way>(shared_, cut),
                                                         make_mirror_rules(configuration_),
                                                         times,
                                                         std::move(listener));
        ASSERT_TRUE(mirror_->start());
        ipam = std::make_unique<Allocator>(*mirror_, configuration_);
        ASSERT_TRUE(ipam->load());
    }
    void stop() {
        ipam.reset();
        mirror_.reset();
    }
    bool wait_for_touch(bool wanted) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        while (mirror_->health().in_touch != wanted) {
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            std::this_thread::yield();
        }
        return true;
    }
    store::MirrorHealth health() const { return mirror_->health(); }
    std::vector<std::string> lost() {
        const std::lock_guard lock(mutex_);
        return lost_;
    }
    Result<Allocation> request(const char* text) {
        AddressRequest request{
            {configuration_.pools.front().cidr, std::nullopt}, address(text), Kind::Container, {}};
        return ipam->request_address(request);
    }
    /// Asks until the answer is another one than "not yet".
    Result<Allocation> request_when_allowed(const char* text) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        for (;;) {
            auto given = request(text);
            if (given || std::chrono::steady_clock::now() > deadline) {
                return given;
            }
            std::this_thread::yield();
        }
    }

    store::MemoryStore copy;
    std::atomic<bool> cut{false};
    std::unique_ptr<Allocator> ipam;

private:
    Configuration configuration_;
    store::Store& shared_;
    seconds heard_;
    std::mutex mutex_;
    std::vector<std::string> lost_;
    std::unique_ptr<store::MirroredStore> mirror_;
};

class IpamMirror : public testing::Test {
protected:
    static inventory::Pool pool(bool strict = false) {
        inventory::Pool pool;
        pool.name = "demo";
        pool.cidr = prefix("172.16.100.0/24");
        pool.strict_affinity = strict;
        return pool;
    }
    /// Nothing: the shared store has no such record.
    std::optional<Allocation> record(const char* text) {
        const auto entry = shared_.get(address_key(address(text))).value();
        return entry ? allocation_from_json(entry->value) : std::nullopt;
    }
    /// Waits until the shared store's record is as wanted.
    bool shared_has(const char* text, const std::string& host) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        for (;;) {
            const auto found = record(text);
            if ((found ? found->host : "") == host) {
                return true;
            }
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            std::this_thread::yield();
        }
    }

    store::MemoryStore shared_;
};

TEST_F(IpamMirror, InTouchTheSharedStoreDecides) {
    Host one("dockerhost1", shared_, pool(), seconds(60));
    Host two("dockerhost2", shared_, pool(), seconds(60));
    one.start();
    two.start();
    EXPECT_TRUE(one.health().in_touch);
    ASSERT_TRUE(one.request("172.16.100.1"));
    EXPECT_EQ(record("172.16.100.1")->host, "dockerhost1");
    EXPECT_THAT(two.request("172.16.100.1").error().what, HasSubstr("on host dockerhost1"));
    EXPECT_EQ(two.request("172.16.100.2").value().ownership, Ownership::Borrowed);
}

TEST_F(IpamMirror, AwayWhatTheHostHasStaysAndIsReadFromTheCopy) {
    Host one("dockerhost1", shared_, pool(), seconds(60));
    one.start();
    const auto given = one.request("172.16.100.1").value();
    ASSERT_TRUE(one.ipam->bind({given.address, "net", "ep", "demo1"}));
    one.cut = true;
    EXPECT_EQ(one.ipam->find(given.address).value()->container, "demo1");
    EXPECT_FALSE(one.health().in_touch);
    EXPECT_THAT(one.health().trouble, HasSubstr("the way is cut"));
    // The container is restarted: the same address again, although nobody can be asked.
    ASSERT_TRUE(one.ipam->unbind(given.address, "ep"));
    ASSERT_TRUE(one.ipam->release_address(given.address));
    ASSERT_TRUE(one.request("172.16.100.1"));
    ASSERT_TRUE(one.ipam->bind({given.address, "net", "ep2", "demo1"}));
    EXPECT_EQ(record("172.16.100.1")->endpoint, "ep") << "the shared store does not know yet";
    one.cut = false;
    ASSERT_TRUE(one.wait_for_touch(true));
    EXPECT_EQ(record("172.16.100.1")->endpoint, "ep2");
    EXPECT_EQ(one.health().waiting, 0U);
    EXPECT_EQ(one.health().lost, 0U);
}

TEST_F(IpamMirror, AFreeAddressOfAnOwnBlockIsGivenAloneOnlyWhenNobodyMayBorrowItAnyMore) {
    Host one("dockerhost1", shared_, pool(), seconds(1));
    Host two("dockerhost2", shared_, pool(), seconds(60));
    one.start();
    two.start();
    ASSERT_TRUE(one.request("172.16.100.1"));
    one.cut = true;
    ASSERT_TRUE(one.wait_for_touch(false));
    const auto early = one.request("172.16.100.2");
    ASSERT_FALSE(early);
    EXPECT_THAT(early.error().what, HasSubstr("what this host may decide alone it decides in"));
    ASSERT_TRUE(one.request_when_allowed("172.16.100.2"));
    // Whoever is in touch hears that the owner is away.
    EXPECT_EQ(two.request("172.16.100.2").error().code, ipam::Errc::OwnerAway);
    EXPECT_EQ(record("172.16.100.2"), std::nullopt);
    one.cut = false;
    ASSERT_TRUE(one.wait_for_touch(true));
    EXPECT_EQ(record("172.16.100.2")->host, "dockerhost1");
    EXPECT_THAT(two.request("172.16.100.2").error().what, HasSubstr("on host dockerhost1"));
}

TEST_F(IpamMirror, WithStrictAffinityNobodyHasToBeWaitedFor) {
    Host one("dockerhost1", shared_, pool(true), seconds(60));
    one.start();
    ASSERT_TRUE(one.request("172.16.100.1"));
    one.cut = true;
    EXPECT_TRUE(one.request("172.16.100.2"));
}

TEST_F(IpamMirror, AwayNoBlockIsClaimedAndNothingBorrowed) {
    Host one("dockerhost1", shared_, pool(), seconds(1));
    Host two("dockerhost2", shared_, pool(), seconds(60));
    one.start();
    two.start();
    ASSERT_TRUE(one.request("172.16.100.1"));
    ASSERT_TRUE(two.request("172.16.100.70"));
    one.cut = true;
    ASSERT_TRUE(one.request_when_allowed("172.16.100.2"));
    for (const char* text : {"172.16.100.71", "172.16.100.130"}) {
        const auto refused = one.request(text);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, ipam::Errc::StoreFailed);
        EXPECT_THAT(refused.error().what, HasSubstr("the way is cut"));
    }
}

TEST_F(IpamMirror, WhatWasTakenOverMeanwhileIsLostAndSaid) {
    Host one("dockerhost1", shared_, pool(), seconds(60));
    Host two("dockerhost2", shared_, pool(), seconds(60));
    one.start();
    two.start();
    const auto given = one.request("172.16.100.1").value();
    one.cut = true;
    ASSERT_TRUE(one.ipam->bind({given.address, "net", "ep", "demo1"}));
    // Its lease ends; another host takes the address over.
    ASSERT_TRUE(shared_.commit({{}, {}, {alive_key("dockerhost1")}}));
    ASSERT_TRUE(two.request("172.16.100.1"));
    one.cut = false;
    ASSERT_TRUE(one.wait_for_touch(true));
    EXPECT_EQ(one.lost(), (std::vector<std::string>{"ipam/addresses/172.16.100.1"}));
    EXPECT_EQ(one.health().lost, 1U);
    EXPECT_EQ(record("172.16.100.1")->host, "dockerhost2");
    EXPECT_THAT(one.request("172.16.100.1").error().what, HasSubstr("on host dockerhost2"));
}

TEST_F(IpamMirror, AnotherLifeGoesOnWhereTheLastOneEnded) {
    Host one("dockerhost1", shared_, pool(), seconds(1));
    one.start();
    ASSERT_TRUE(one.request("172.16.100.1"));
    one.cut = true;
    ASSERT_TRUE(one.request_when_allowed("172.16.100.2"));
    ASSERT_TRUE(one.ipam->release_address(address("172.16.100.1")));
    one.stop();
    one.start();  // while the shared store is away
    EXPECT_FALSE(one.health().in_touch);
    EXPECT_TRUE(one.ipam->find(address("172.16.100.2")).value());
    EXPECT_EQ(one.ipam->own_blocks(), (std::vector{prefix("172.16.100.0/26")}));
    one.cut = false;
    ASSERT_TRUE(one.wait_for_touch(true));
    EXPECT_TRUE(shared_has("172.16.100.2", "dockerhost1"));
    EXPECT_TRUE(shared_has("172.16.100.1", ""));
}

// A host that had a store of its own joins the others: no address is lost, and none is taken from
// whoever has it by now.
TEST_F(IpamMirror, AHostThatJoinsBringsItsAddresses) {
    Host two("dockerhost2", shared_, pool(), seconds(60));
    two.start();
    ASSERT_TRUE(two.request("172.16.100.9"));
    Host one("dockerhost1", shared_, pool(), seconds(60));
    {
        Configuration before{"dockerhost1", {pool()}, {prefix("172.16.100.0/26")}};
        Allocator alone(one.copy, before);
        for (const char* text : {"172.16.100.1", "172.16.100.2", "172.16.100.9"}) {
            const PoolId pool_id{prefix("172.16.100.0/24"), std::nullopt};
            ASSERT_TRUE(alone.request_address({pool_id, address(text), Kind::Container, {}}));
            ASSERT_TRUE(alone.bind({address(text), "net", text, "demo"}));
        }
    }
    one.start();
    ASSERT_TRUE(one.wait_for_touch(true));
    EXPECT_EQ(record("172.16.100.1")->host, "dockerhost1");
    EXPECT_EQ(record("172.16.100.2")->endpoint, "172.16.100.2");
    EXPECT_EQ(record("172.16.100.9")->host, "dockerhost2");
    EXPECT_EQ(one.lost(), (std::vector<std::string>{"ipam/addresses/172.16.100.9"}));
}

TEST_F(IpamMirror, WhatOthersDoIsCopied) {
    Host one("dockerhost1", shared_, pool(), seconds(60));
    Host two("dockerhost2", shared_, pool(), seconds(60));
    one.start();
    two.start();
    ASSERT_TRUE(one.request("172.16.100.1"));
    ASSERT_TRUE(two.request("172.16.100.2"));
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    const auto copied = [&one] {
        return one.copy.get(address_key(address("172.16.100.2"))).value().has_value();
    };
    while (!copied() && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
    }
    one.cut = true;
    EXPECT_THAT(one.request("172.16.100.2").error().what, HasSubstr("on host dockerhost2"));
}

}  // namespace
}  // namespace routeproof::ipam
