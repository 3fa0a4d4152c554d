// The embedded store: one SQLite file (WAL, synchronous=FULL), owned by one process.
//
// A file that is damaged or not ours is refused and left untouched: an agent that started afresh
// over a broken store would hand out addresses that are in use.
#pragma once

#include "inventory/store/store.hpp"

#include <filesystem>
#include <memory>

namespace routeproof::store {

class SqliteStore final : public Store {
public:
    /// Opens or creates the file and locks it for this process. Errors: Unavailable, Corrupt,
    /// Locked.
    static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& file);
    ~SqliteStore() override;
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    Result<std::optional<Entry>> get(std::string_view key) override;
    Result<std::vector<Entry>> list(std::string_view prefix) override;
    Result<void> commit(const Transaction& transaction) override;

private:
    struct Impl;
    explicit SqliteStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace routeproof::store
