#include "inventory/store/sqlite_store.hpp"

#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

namespace routeproof::store {
namespace {

class SqliteFile : public testing::Test {
protected:
    static std::string octets(const std::filesystem::path& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    test::TempDir directory_;
    std::filesystem::path file_ = directory_.path() / "agent.db";
};

TEST_F(SqliteFile, KeepsEntriesOverAReopen) {
    ASSERT_TRUE(SqliteStore::open(file_).value()->commit({{}, {{"k", "v"}}, {}}));
    const auto store = SqliteStore::open(file_).value();
    EXPECT_EQ(store->get("k").value()->value, "v");
}

TEST_F(SqliteFile, IsForItsOwnerOnly) {
    const auto store = SqliteStore::open(file_).value();
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(file_).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(SqliteFile, IsOwnedByOneProcess) {
    const auto owner = SqliteStore::open(file_).value();
    EXPECT_EQ(SqliteStore::open(file_).error(), Errc::Locked);
}

TEST_F(SqliteFile, AFileThatIsNoDatabaseIsRefusedAndKept) {
    const std::string text =
        "an old configuration file, longer than a database header would be "
        "so that SQLite has something to look at: 0123456789";
    std::ofstream(file_) << text;
    EXPECT_EQ(SqliteStore::open(file_).error(), Errc::Corrupt);
    EXPECT_EQ(octets(file_), text);
}

TEST_F(SqliteFile, AStoreCutInHalfIsRefusedAndKept) {
    {
        const auto store = SqliteStore::open(file_).value();
        for (int i = 0; i < 200; ++i) {
            ASSERT_TRUE(
                store->commit({{}, {{"key" + std::to_string(i), std::string(500, 'x')}}, {}}));
        }
    }
    const auto half = std::filesystem::file_size(file_) / 2;
    std::filesystem::resize_file(file_, half);
    EXPECT_EQ(SqliteStore::open(file_).error(), Errc::Corrupt);
    EXPECT_EQ(std::filesystem::file_size(file_), half);
}

TEST_F(SqliteFile, AFolderThatIsNotThereIsUnavailable) {
    EXPECT_EQ(SqliteStore::open(directory_.path() / "no" / "agent.db").error(), Errc::Unavailable);
}

// As the first release wrote it.
void write_version_1(const std::filesystem::path& file) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db,
                           "PRAGMA journal_mode=WAL; PRAGMA application_id=0x52507374;"
                           "PRAGMA user_version=1;"
                           "CREATE TABLE entries(key TEXT PRIMARY KEY, value TEXT NOT NULL, "
                           "revision INTEGER NOT NULL) WITHOUT ROWID;"
                           "CREATE TABLE clock(commits INTEGER NOT NULL);"
                           "INSERT INTO clock VALUES(7);"
                           "INSERT INTO entries VALUES('ipam/addresses/172.16.100.1', 'one', 3);"
                           "INSERT INTO entries VALUES('ipam/addresses/172.16.100.2', 'two', 7);",
                           nullptr,
                           nullptr,
                           nullptr),
              SQLITE_OK);
    sqlite3_close(db);
}

TEST_F(SqliteFile, AnEarlierVersionIsBroughtUpToDateWithoutLosingAnEntry) {
    write_version_1(file_);
    const std::vector<Entry> entries{
        {"ipam/addresses/172.16.100.1", "one", static_cast<Revision>(3), Lease::None},
        {"ipam/addresses/172.16.100.2", "two", static_cast<Revision>(7), Lease::None}};
    {
        const auto store = SqliteStore::open(file_).value();
        EXPECT_EQ(store->list("").value(), entries);
        const Lease lease = store->grant(std::chrono::seconds(60)).value();
        EXPECT_GT(store->commit({{}, {{"hosts/1", "alive", lease}}, {}}).value(),
                  static_cast<Revision>(7))
            << "revisions go on where they were";
        EXPECT_TRUE(store->revoke(lease));
    }
    EXPECT_EQ(SqliteStore::open(file_).value()->list("").value(), entries);
}

TEST_F(SqliteFile, ALaterVersionIsRefusedAndKept) {
    ASSERT_TRUE(SqliteStore::open(file_).value()->commit({{}, {{"k", "v"}}, {}}));
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA user_version=99", nullptr, nullptr, nullptr);
    sqlite3_close(db);
    const auto opened = SqliteStore::open(file_);
    EXPECT_EQ(opened.error(), Errc::TooNew);
    EXPECT_EQ(opened.error().message(),
              "the store was written by a later version of Routeproof: its schema is 99, this "
              "version knows 2");
}

// The process that wrote was killed in the middle of it; what it was told to be committed is there.
TEST_F(SqliteFile, WhatWasCommittedSurvivesAKill) {
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    const pid_t writer = ::fork();
    if (writer == 0) {
        const auto store = SqliteStore::open(file_).value();
        for (std::uint32_t i = 0;; ++i) {
            const bool done =
                store
                    ->commit(
                        {{}, {{"a" + std::to_string(i), "v"}, {"b" + std::to_string(i), "v"}}, {}})
                    .has_value();
            if (!done || ::write(told[1], &i, sizeof i) != sizeof i) {
                ::_exit(1);
            }
        }
    }
    ::close(told[1]);
    std::uint32_t last = 0;
    std::size_t acknowledged = 0;
    while (::read(told[0], &last, sizeof last) == sizeof last) {
        if (++acknowledged == 50) {
            ::kill(writer, SIGKILL);  // and read on: what it said before it died counts too
        }
    }
    ::close(told[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(writer, &status, 0), writer);
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto store = SqliteStore::open(file_).value();
    EXPECT_GE(acknowledged, 50U);
    for (std::uint32_t i = 0; i <= last; ++i) {
        EXPECT_TRUE(store->get("a" + std::to_string(i)).value());
    }
    EXPECT_EQ(store->list("a").value().size(), store->list("b").value().size())
        << "a transaction is there whole, or not at all";
}

TEST_F(SqliteFile, AFullDiskChangesNothingAndIsSaid) {
    const auto store = SqliteStore::open(file_).value();
    ASSERT_TRUE(store->commit({{}, {{"k", "old"}}, {}}));
    // No file of this process may grow: to SQLite a disk without a free block.
    const auto previous = std::signal(SIGXFSZ, SIG_IGN);
    rlimit unlimited{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &unlimited), 0);
    rlimit full = unlimited;
    full.rlim_cur = std::filesystem::file_size(file_.string() + "-wal");
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
    const auto failed = store->commit({{}, {{"k", std::string(1 << 16, 'x')}, {"new", "1"}}, {}});
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &unlimited), 0);
    std::signal(SIGXFSZ, previous);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error(), Errc::Unavailable);
    EXPECT_NE(failed.error().detail, "");
    EXPECT_EQ(store->get("k").value()->value, "old");
    EXPECT_FALSE(store->get("new").value());
    EXPECT_TRUE(store->commit({{}, {{"k", "new"}}, {}})) << "there is room again";
}

TEST_F(SqliteFile, ALeaseSurvivesAReopen) {
    Lease lease{};
    {
        const auto store = SqliteStore::open(file_).value();
        lease = store->grant(std::chrono::seconds(60)).value();
        ASSERT_TRUE(store->commit({{}, {{"hosts/1", "alive", lease}}, {}}));
    }
    const auto store = SqliteStore::open(file_).value();
    EXPECT_TRUE(store->keep_alive(lease));
    EXPECT_TRUE(store->revoke(lease));
    EXPECT_FALSE(store->get("hosts/1").value());
}

}  // namespace
}  // namespace routeproof::store
