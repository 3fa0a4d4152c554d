#include "inventory/store/local_store.hpp"

#include <algorithm>

namespace routeproof::store {
namespace {

/// Watches that are further behind get a snapshot.
constexpr std::size_t kHistoryLimit = 4096;

}  // namespace

class LocalStore::LocalWatch final : public Watch {
public:
    LocalWatch(LocalStore& store, std::string prefix, Revision after)
        : store_(store), prefix_(std::move(prefix)), told_(after) {}

    Result<Batch> next(std::chrono::milliseconds patience) override {
        const auto deadline = Clock::now() + patience;
        std::unique_lock lock(store_.mutex_);
        for (;;) {
            if (auto expired = store_.expire(); !expired) {
                return expired.error();
            }
            auto batch = look();
            if (!batch || batch->snapshot || !batch->changes.empty() || Clock::now() >= deadline) {
                return batch;
            }
            auto wake = deadline;
            for (const auto& [lease, living] : store_.leases_) {
                wake = std::min(wake, living.end);
            }
            store_.changed_.wait_until(lock, wake);
        }
    }

private:
    Result<Batch> look() {
        const auto now = store_.read_revision();
        if (!now) {
            return now.error();
        }
        if (!store_.history_from_) {
            store_.history_from_ = *now;  // nobody watched before
        }
        Batch batch;
        batch.revision = *now;
        if (told_ == Revision::Absent || told_ < *store_.history_from_ || told_ > *now) {
            const auto entries = store_.read_all(prefix_);
            if (!entries) {
                return entries.error();
            }
            batch.snapshot = true;
            for (const Entry& entry : *entries) {
                batch.changes.push_back({entry.key, entry.value, entry.revision});
            }
        } else {
            for (const Change& change : store_.history_) {
                if (change.revision > told_ && change.key.starts_with(prefix_)) {
                    batch.changes.push_back(change);
                }
            }
        }
        told_ = *now;
        return batch;
    }

    LocalStore& store_;
    std::string prefix_;
    Revision told_;
};

Result<std::optional<Entry>> LocalStore::get(std::string_view key) {
    const std::lock_guard lock(mutex_);
    if (const auto expired = expire(); !expired) {
        return expired.error();
    }
    return read(key);
}

Result<std::vector<Entry>> LocalStore::list(std::string_view prefix) {
    const std::lock_guard lock(mutex_);
    if (const auto expired = expire(); !expired) {
        return expired.error();
    }
    return read_all(prefix);
}

Result<Revision> LocalStore::commit(const Transaction& transaction) {
    const std::lock_guard lock(mutex_);
    if (const auto expired = expire(); !expired) {
        return expired.error();
    }
    return commit_locked(transaction);
}

Result<Revision> LocalStore::commit_locked(const Transaction& transaction) {
    for (const Put& put : transaction.puts) {
        if (put.lease != Lease::None && !leases_.contains(put.lease)) {
            return Errc::LeaseGone;
        }
    }
    std::vector<std::string> deleted;  // watches hear only of what was there
    for (const std::string& key : transaction.deletes) {
        const auto there = read(key);
        if (!there) {
            return there.error();
        }
        if (*there) {
            deleted.push_back(key);
        }
    }
    const auto revision = write(transaction);
    if (revision) {
        remember(transaction, deleted, *revision);
    }
    return revision;
}

void LocalStore::remember(const Transaction& transaction,
                          const std::vector<std::string>& deleted,
                          Revision revision) {
    if (!history_from_) {
        return;
    }
    for (const std::string& key : deleted) {
        history_.push_back({key, std::nullopt, revision});
    }
    for (const Put& put : transaction.puts) {
        history_.push_back({put.key, put.value, revision});
    }
    while (history_.size() > kHistoryLimit) {
        history_from_ = history_.front().revision;  // the rest of that commit is void with it
        while (!history_.empty() && history_.front().revision == *history_from_) {
            history_.pop_front();
        }
    }
    changed_.notify_all();
}

Result<Lease> LocalStore::grant(std::chrono::seconds time_to_live) {
    const std::lock_guard lock(mutex_);
    const auto lease = write_lease(time_to_live);
    if (lease) {
        adopt(*lease, time_to_live);
        changed_.notify_all();  // who waits may have to wake earlier
    }
    return lease;
}

void LocalStore::adopt(Lease lease, std::chrono::seconds time_to_live) {
    leases_[lease] = {time_to_live, Clock::now() + time_to_live};
}

Result<void> LocalStore::keep_alive(Lease lease) {
    const std::lock_guard lock(mutex_);
    if (auto expired = expire(); !expired) {
        return expired;
    }
    const auto found = leases_.find(lease);
    if (found == leases_.end()) {
        return Errc::LeaseGone;
    }
    found->second.end = Clock::now() + found->second.time_to_live;
    return {};
}

Result<void> LocalStore::revoke(Lease lease) {
    const std::lock_guard lock(mutex_);
    return leases_.contains(lease) ? revoke_locked(lease) : Result<void>();
}

Result<void> LocalStore::revoke_locked(Lease lease) {
    auto keys = read_keys_of(lease);
    if (!keys) {
        return keys.error();
    }
    if (!keys->empty()) {
        const auto done = commit_locked({{}, {}, std::move(*keys)});
        if (!done) {
            return done.error();
        }
    }
    if (auto erased = erase_lease(lease); !erased) {
        return erased;
    }
    leases_.erase(lease);
    return {};
}

Result<void> LocalStore::expire() {
    const auto now = Clock::now();
    std::vector<Lease> ended;
    for (const auto& [lease, living] : leases_) {
        if (living.end <= now) {
            ended.push_back(lease);
        }
    }
    for (const Lease lease : ended) {
        if (auto revoked = revoke_locked(lease); !revoked) {
            return revoked;
        }
    }
    return {};
}

std::unique_ptr<Watch> LocalStore::watch(std::string prefix, Revision after) {
    const std::lock_guard lock(mutex_);
    if (!history_from_) {
        // From now on changes are kept, so that the first look misses none.
        if (const auto now = read_revision()) {
            history_from_ = *now;
        }
    }
    return std::make_unique<LocalWatch>(*this, std::move(prefix), after);
}

}  // namespace routeproof::store
