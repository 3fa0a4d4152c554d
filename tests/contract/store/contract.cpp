#include "tests/contract/store/contract.hpp"

#include <thread>

namespace routeproof::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Long enough for a busy machine; nothing waits for it unless something is wrong.
constexpr seconds kPatience{20};
constexpr seconds kShortLease{1};
constexpr seconds kLease{3};

std::string to_text(const Change& change) {
    return change.key + (change.value ? "=" + *change.value : " deleted");
}

}  // namespace

/// The next changes as "key=value" or "key deleted", at least `count`; a snapshot is marked.
std::vector<std::string> StoreContract::told(Watch& watch, std::size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    std::vector<std::string> changes;
    while (changes.size() < count && std::chrono::steady_clock::now() < deadline) {
        const auto batch = watch.next(kPatience);
        if (!batch) {
            changes.push_back("failure: " + batch.error().message());
            break;
        }
        if (batch->snapshot) {
            changes.push_back("snapshot");
        }
        for (const Change& change : batch->changes) {
            changes.push_back(to_text(change));
        }
    }
    return changes;
}

namespace {

using Texts = std::vector<std::string>;

TEST_P(StoreContract, GivesBackWhatWasPut) {
    put("blocks/172.16.100.0-26", "dockerhost1");
    EXPECT_EQ(get("blocks/172.16.100.0-26"), "dockerhost1");
    EXPECT_EQ(get("blocks/172.16.100.64-26"), "(absent)");
}

TEST_P(StoreContract, KeepsEveryOctetOfAValue) {
    const std::string value("a\0b\n\xC3\xBC", 6);
    put("k", value);
    EXPECT_EQ(get("k"), value);
}

TEST_P(StoreContract, ListsByPrefixInKeyOrder) {
    put("a/2", "x");
    put("a/1", "y");
    put("ab", "z");
    put("b/1", "w");
    const std::vector<Entry> entries = store_->list("a/").value();
    std::vector<std::string> keys;
    for (const auto& entry : entries) {
        keys.push_back(entry.key);
    }
    EXPECT_EQ(keys, (std::vector<std::string>{"a/1", "a/2"}));
    EXPECT_EQ(store_->list("").value().size(), 4U);
}

TEST_P(StoreContract, ARevisionGrowsWithEveryChange) {
    put("k", "1");
    const auto first = revision("k");
    put("k", "2");
    EXPECT_GT(revision("k"), first);
    EXPECT_NE(first, Revision::Absent);
}

TEST_P(StoreContract, AConditionOnAbsenceHoldsOnce) {
    const Transaction claim{{{"address/172.16.100.1", Revision::Absent}},
                            {{"address/172.16.100.1", "dockerhost1"}},
                            {}};
    EXPECT_TRUE(store_->commit(claim));
    EXPECT_EQ(store_->commit(claim).error(), Errc::Conflict);
}

TEST_P(StoreContract, AConditionOnARevisionSeesForeignChanges) {
    put("k", "1");
    const auto seen = revision("k");
    put("k", "2");
    EXPECT_EQ(store_->commit({{{"k", seen}}, {{"k", "3"}}, {}}).error(), Errc::Conflict);
    EXPECT_EQ(get("k"), "2");
    EXPECT_TRUE(store_->commit({{{"k", revision("k")}}, {{"k", "3"}}, {}}));
    EXPECT_EQ(get("k"), "3");
}

TEST_P(StoreContract, AFailedTransactionChangesNothing) {
    put("old", "1");
    const Transaction transaction{
        {{"old", revision("old")}, {"other", static_cast<Revision>(99)}}, {{"new", "1"}}, {"old"}};
    EXPECT_FALSE(store_->commit(transaction));
    EXPECT_EQ(get("old"), "1");
    EXPECT_EQ(get("new"), "(absent)");
}

TEST_P(StoreContract, DeletesAndPutsTogether) {
    put("old", "1");
    EXPECT_TRUE(store_->commit({{}, {{"new", "2"}}, {"old", "never-there"}}));
    EXPECT_EQ(get("old"), "(absent)");
    EXPECT_EQ(get("new"), "2");
}

TEST_P(StoreContract, ADeletedKeyComesBackWithANewerRevision) {
    put("k", "1");
    const auto before = revision("k");
    ASSERT_TRUE(store_->commit({{}, {}, {"k"}}));
    put("k", "1");
    EXPECT_GT(revision("k"), before) << "released and given to somebody else is not 'still mine'";
}

TEST_P(StoreContract, ACommitGivesTheRevisionOfWhatItPut) {
    const auto committed = store_->commit({{}, {{"a", "1"}, {"b", "2"}}, {}});
    ASSERT_TRUE(committed);
    EXPECT_EQ(revision("a"), *committed);
    EXPECT_EQ(revision("b"), *committed);
}

TEST_P(StoreContract, AListOfNothingIsEmpty) {
    EXPECT_TRUE(store_->list("nobody/").value().empty());
}

// The one promise that addresses rest on.
TEST_P(StoreContract, OfManyWhoClaimTheSameKeysAtOnceEachKeyHasOneWinner) {
    constexpr int kClaimants = 4;
    constexpr int kKeys = 10;
    std::vector<std::vector<std::string>> won(kClaimants);
    std::vector<std::thread> threads;
    for (int claimant = 0; claimant < kClaimants; ++claimant) {
        threads.emplace_back([&, claimant] {
            for (int key = 0; key < kKeys; ++key) {
                const std::string name = "address/" + std::to_string(key);
                const auto done = store_->commit(
                    {{{name, Revision::Absent}}, {{name, std::to_string(claimant)}}, {}});
                if (done) {
                    won[static_cast<std::size_t>(claimant)].push_back(name);
                } else {
                    EXPECT_EQ(done.error(), Errc::Conflict);
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    std::size_t winners = 0;
    for (int claimant = 0; claimant < kClaimants; ++claimant) {
        for (const std::string& name : won[static_cast<std::size_t>(claimant)]) {
            ++winners;
            EXPECT_EQ(get(name), std::to_string(claimant));
        }
    }
    EXPECT_EQ(winners, 10U);
}

TEST_P(StoreContract, AWatchFromTheStartBeginsWithWhatIsThere) {
    put("a/1", "x");
    put("b/1", "no");
    const auto watch = store_->watch("a/", Revision::Absent);
    EXPECT_EQ(told(*watch, 2), (Texts{"snapshot", "a/1=x"}));
}

TEST_P(StoreContract, AWatchOfNothingBeginsWithAnEmptySnapshot) {
    const auto watch = store_->watch("a/", Revision::Absent);
    EXPECT_EQ(told(*watch, 1), (Texts{"snapshot"}));
    put("a/1", "x");
    EXPECT_EQ(told(*watch, 1), (Texts{"a/1=x"}));
}

TEST_P(StoreContract, AWatchTellsChangesBelowItsPrefixInTheirOrder) {
    const auto watch = store_->watch("a/", Revision::Absent);
    ASSERT_EQ(told(*watch, 1), (Texts{"snapshot"}));
    put("a/1", "x");
    put("b/1", "no");
    put("a/2", "y");
    put("a/1", "z");
    ASSERT_TRUE(store_->commit({{}, {}, {"a/2", "a/never-there"}}));
    EXPECT_EQ(told(*watch, 4), (Texts{"a/1=x", "a/2=y", "a/1=z", "a/2 deleted"}));
}

TEST_P(StoreContract, AWatchThatGoesOnFromARevisionMissesNothing) {
    put("a/1", "x");
    Revision seen{};
    {
        const auto watch = store_->watch("a/", Revision::Absent);
        const auto batch = watch->next(kPatience);
        ASSERT_TRUE(batch) << batch.error();
        seen = batch->revision;
    }
    put("a/2", "while nobody looked");
    ASSERT_TRUE(store_->commit({{}, {}, {"a/1"}}));
    const auto watch = store_->watch("a/", seen);
    EXPECT_EQ(told(*watch, 2), (Texts{"a/2=while nobody looked", "a/1 deleted"}));
}

TEST_P(StoreContract, AWatchWaitsForOthers) {
    const auto watch = store_->watch("a/", Revision::Absent);
    ASSERT_EQ(told(*watch, 1), (Texts{"snapshot"}));
    std::thread other([this] { put("a/1", "x"); });
    EXPECT_EQ(told(*watch, 1), (Texts{"a/1=x"}));
    other.join();
}

TEST_P(StoreContract, APatientWatchOfNothingComesBackEmpty) {
    const auto watch = store_->watch("a/", Revision::Absent);
    ASSERT_EQ(told(*watch, 1), (Texts{"snapshot"}));
    const auto batch = watch->next(milliseconds(1));
    ASSERT_TRUE(batch) << batch.error();
    EXPECT_TRUE(batch->changes.empty());
    EXPECT_FALSE(batch->snapshot);
}

// What is kept alive outlives its own time, and longer than what is not.
TEST_P(StoreContract, WhatIsKeptByALeaseGoesWithItUnlessItIsKeptAlive) {
    const Lease kept = store_->grant(kLease).value();
    const auto longer_than_that = std::chrono::steady_clock::now() + kLease + kShortLease;
    const Lease left = store_->grant(kShortLease).value();
    put("hosts/1", "kept", kept);
    put("hosts/2", "left", left);
    const auto watch = store_->watch("hosts/2", Revision::Absent);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    bool gone = false;
    while ((!gone || std::chrono::steady_clock::now() < longer_than_that) &&
           std::chrono::steady_clock::now() < deadline) {
        ASSERT_TRUE(store_->keep_alive(kept));
        const auto batch = watch->next(milliseconds(100));
        ASSERT_TRUE(batch) << batch.error();
        gone = gone || (batch->snapshot && batch->changes.empty()) ||
               (!batch->changes.empty() && !batch->changes.back().value);
    }
    EXPECT_TRUE(gone);
    EXPECT_EQ(get("hosts/2"), "(absent)");
    EXPECT_EQ(get("hosts/1"), "kept");
    EXPECT_EQ(store_->keep_alive(left).error(), Errc::LeaseGone);
    EXPECT_EQ(store_->commit({{}, {{"k", "v", left}}, {}}).error(), Errc::LeaseGone);
    EXPECT_EQ(get("k"), "(absent)");
}

TEST_P(StoreContract, ARevokedLeaseTakesItsEntriesAlong) {
    const Lease lease = store_->grant(seconds(60)).value();
    const auto watch = store_->watch("", Revision::Absent);
    ASSERT_EQ(told(*watch, 1), (Texts{"snapshot"}));
    put("hosts/1", "alive", lease);
    put("hosts/2", "without");
    EXPECT_TRUE(store_->revoke(lease));
    EXPECT_EQ(get("hosts/1"), "(absent)");
    EXPECT_EQ(get("hosts/2"), "without");
    EXPECT_EQ(store_->keep_alive(lease).error(), Errc::LeaseGone);
    EXPECT_TRUE(store_->revoke(lease)) << "what is gone may be revoked again";
    EXPECT_EQ(told(*watch, 3), (Texts{"hosts/1=alive", "hosts/2=without", "hosts/1 deleted"}));
}

TEST_P(StoreContract, AnEntryPutAgainWithoutALeaseStays) {
    const Lease lease = store_->grant(seconds(60)).value();
    put("k", "1", lease);
    EXPECT_EQ(store_->get("k").value()->lease, lease);
    put("k", "2");
    EXPECT_TRUE(store_->revoke(lease));
    EXPECT_EQ(get("k"), "2");
}

}  // namespace
}  // namespace routeproof::store
