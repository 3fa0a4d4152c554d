#include "inventory/store/sqlite_store.hpp"

#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

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
    EXPECT_EQ(SqliteStore::open(file_).error(), make_error_code(Errc::Locked));
}

TEST_F(SqliteFile, AFileThatIsNoDatabaseIsRefusedAndKept) {
    const std::string text =
        "an old configuration file, longer than a database header would be "
        "so that SQLite has something to look at: 0123456789";
    std::ofstream(file_) << text;
    EXPECT_EQ(SqliteStore::open(file_).error(), make_error_code(Errc::Corrupt));
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
    EXPECT_EQ(SqliteStore::open(file_).error(), make_error_code(Errc::Corrupt));
    EXPECT_EQ(std::filesystem::file_size(file_), half);
}

TEST_F(SqliteFile, AFolderThatIsNotThereIsUnavailable) {
    EXPECT_EQ(SqliteStore::open(directory_.path() / "no" / "agent.db").error(),
              make_error_code(Errc::Unavailable));
}

}  // namespace
}  // namespace routeproof::store
