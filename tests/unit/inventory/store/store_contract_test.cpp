// One suite for every Store: what holds for one must hold for all.
#include "inventory/store/memory_store.hpp"
#include "inventory/store/sqlite_store.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace routeproof::store {
namespace {

struct Implementation {
    const char* name;
    std::function<std::unique_ptr<Store>(const std::filesystem::path&)> make;
};

class StoreContract : public testing::TestWithParam<Implementation> {
protected:
    void put(const std::string& key, const std::string& value) {
        ASSERT_TRUE(store_->commit({{}, {{key, value}}, {}}));
    }
    std::string get(const std::string& key) {
        const auto entry = store_->get(key).value();
        return entry ? entry->value : "(absent)";
    }
    Revision revision(const std::string& key) {
        const auto entry = store_->get(key).value();
        return entry ? entry->revision : Revision::Absent;
    }

    test::TempDir directory_;
    std::unique_ptr<Store> store_ = GetParam().make(directory_.path());
};

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
    EXPECT_EQ(store_->commit(claim).error(), make_error_code(Errc::Conflict));
}

TEST_P(StoreContract, AConditionOnARevisionSeesForeignChanges) {
    put("k", "1");
    const auto seen = revision("k");
    put("k", "2");
    EXPECT_EQ(store_->commit({{{"k", seen}}, {{"k", "3"}}, {}}).error(),
              make_error_code(Errc::Conflict));
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

INSTANTIATE_TEST_SUITE_P(
    Stores,
    StoreContract,
    testing::Values(Implementation{"memory",
                                   [](const auto&) { return std::make_unique<MemoryStore>(); }},
                    Implementation{"sqlite",
                                   [](const auto& directory) {
                                       return SqliteStore::open(directory / "store.db").value();
                                   }}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace routeproof::store
