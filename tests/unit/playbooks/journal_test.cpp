#include "playbooks/journal.hpp"

#include "playbooks/locks.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace routeproof::playbooks {
namespace {

const drivers::Ticket kOne{"aaaaaaaaaaaa", "leaf1", "base", "boot"};
const drivers::Ticket kTwo{"bbbbbbbbbbbb", "leaf2", "", ""};

std::string content(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

class PlaybookJournal : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(journal.open(folder.path(), "run"), std::nullopt);
        write("begin", {}, {{"schema", "routeproof.journal/1"}});
    }
    void write(const char* event,
               std::optional<drivers::Ticket> ticket,
               std::vector<std::pair<std::string, std::string>> fields = {}) {
        ASSERT_EQ(journal.write_and_sync({event, std::move(fields), std::move(ticket)}),
                  std::nullopt);
    }
    std::vector<Unfinished> left() {
        auto read = unfinished_in(content(journal.path()));
        EXPECT_TRUE(read) << read.error();
        return read ? *read : std::vector<Unfinished>{};
    }

    test::TempDir folder;
    Journal journal;
};

TEST_F(PlaybookJournal, IsForItsOwnerAndNeverOverwritten) {
    struct stat status {};
    ASSERT_EQ(::stat(journal.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    Journal second;
    EXPECT_NE(second.open(folder.path(), "run"), std::nullopt);
}

TEST_F(PlaybookJournal, ACommitWithoutADecisionIsUnfinished) {
    write("commit", kOne);
    write("commit", kTwo);
    write("pending", kOne);
    ASSERT_EQ(left().size(), 2U);
    EXPECT_EQ(left()[0].ticket, kOne);
    EXPECT_FALSE(left()[0].keep);
    write("rolled back", kTwo);
    ASSERT_EQ(left().size(), 1U);
    write("confirmed", kOne);
    EXPECT_TRUE(left().empty());
}

TEST_F(PlaybookJournal, WhatWasDecidedToBeKeptIsKeptAfterACrash) {
    write("commit", kOne);
    write("pending", kOne);
    write("keep", {});
    write("confirm", kOne);
    ASSERT_EQ(left().size(), 1U);
    EXPECT_TRUE(left()[0].keep);
    write("roll back", kOne);
    EXPECT_FALSE(left()[0].keep);
}

TEST_F(PlaybookJournal, ALineThatACrashCutOffIsNoMistake) {
    write("commit", kOne);
    const auto whole = content(journal.path());
    const auto read = unfinished_in(whole + "{\"time\": \"2026-");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->size(), 1U);
}

TEST(PlaybookJournalFile, AnotherFileIsRefused) {
    EXPECT_FALSE(unfinished_in(""));
    EXPECT_FALSE(unfinished_in("{\"event\": \"begin\"}\n"));
    EXPECT_FALSE(unfinished_in("hello\n"));
}

TEST(PlaybookLocks, TheSecondIsToldWhoHoldsIt) {
    const test::TempDir folder;
    inventory::Router router;
    router.name = "leaf1";
    router.access.address = "192.0.2.11";
    std::optional<Locks> first(std::in_place);
    EXPECT_FALSE(first->take(folder.path(), router, "alice, run 1"));
    Locks second;
    const auto refused = second.take(folder.path(), router, "bob");
    ASSERT_TRUE(refused);
    EXPECT_TRUE(refused->taken);
    EXPECT_EQ(refused->sentence, "leaf1 is being changed by another run: alice, run 1");
    first.reset();
    EXPECT_FALSE(second.take(folder.path(), router, "bob"));
}

}  // namespace
}  // namespace routeproof::playbooks
