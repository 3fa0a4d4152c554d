// What the stores of one process have in common: leases by this process's clock, and watches fed
// by its own commits. Below it stands a plain table of entries and leases.
//
// Leases survive a restart and then live their whole time anew, as etcd's do when its leader
// changes: no clock that may jump is asked.
#pragma once

#include "inventory/store/store.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

namespace routeproof::store {

class LocalStore : public Store {
public:
    Result<std::optional<Entry>> get(std::string_view key) final;
    Result<std::vector<Entry>> list(std::string_view prefix) final;
    Result<Revision> commit(const Transaction& transaction) final;
    Result<Lease> grant(std::chrono::seconds time_to_live) final;
    Result<void> keep_alive(Lease lease) final;
    Result<void> revoke(Lease lease) final;
    std::unique_ptr<Watch> watch(std::string prefix, Revision after) final;

protected:
    // The table. Called one at a time; writes are atomic and durable.
    virtual Result<std::optional<Entry>> read(std::string_view key) = 0;
    virtual Result<std::vector<Entry>> read_all(std::string_view prefix) = 0;
    virtual Result<std::vector<std::string>> read_keys_of(Lease lease) = 0;
    /// Of the last commit.
    virtual Result<Revision> read_revision() = 0;
    /// Checks the conditions; gives the new revision.
    virtual Result<Revision> write(const Transaction& transaction) = 0;
    virtual Result<Lease> write_lease(std::chrono::seconds time_to_live) = 0;
    virtual Result<void> erase_lease(Lease lease) = 0;

    /// A lease of an earlier life of the store.
    void adopt(Lease lease, std::chrono::seconds time_to_live);

private:
    class LocalWatch;
    using Clock = std::chrono::steady_clock;

    struct Living {
        std::chrono::seconds time_to_live{0};
        Clock::time_point end;
    };

    Result<Revision> commit_locked(const Transaction& transaction);
    Result<void> revoke_locked(Lease lease);
    Result<void> expire();
    void remember(const Transaction& transaction,
                  const std::vector<std::string>& deleted,
                  Revision revision);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<Lease, Living> leases_;
    std::deque<Change> history_;            // the last changes, oldest first
    std::optional<Revision> history_from_;  // all changes after this one are in the history
};

}  // namespace routeproof::store
