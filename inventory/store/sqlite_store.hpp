// The embedded store: one SQLite file (WAL, synchronous=FULL), owned by one process.
//
// A file that is damaged, not ours or of a later version is refused and left untouched: an agent
// that started afresh over a broken store would hand out addresses that are in use. A file of an
// earlier version is brought up to date in one transaction.
#pragma once

#include "inventory/store/local_store.hpp"

#include <filesystem>
#include <memory>

namespace routeproof::store {

class SqliteStore final : public LocalStore {
public:
    /// Opens or creates the file and locks it for this process. Errors: Unavailable, Corrupt,
    /// TooNew, Locked.
    static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& file);
    ~SqliteStore() override;
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

protected:
    Result<std::optional<Entry>> read(std::string_view key) override;
    Result<std::vector<Entry>> read_all(std::string_view prefix) override;
    Result<std::vector<std::string>> read_keys_of(Lease lease) override;
    Result<Revision> read_revision() override;
    Result<Revision> write(const Transaction& transaction) override;
    Result<Lease> write_lease(std::chrono::seconds time_to_live) override;
    Result<void> erase_lease(Lease lease) override;

private:
    struct Impl;
    explicit SqliteStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace routeproof::store
