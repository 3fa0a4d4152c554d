// Where pools, blocks, addresses and endpoints are kept: a small ordered key-value store with
// compare-and-swap transactions, watches and leases, the common ground of SQLite (embedded) and
// etcd v3 (shared by hosts).
//
// Calls block, each for a limited time, and may come from any thread. A transaction that was
// committed survives the death of the process and of the machine.
#pragma once

#include "inventory/store/failure.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::store {

/// Counts the commits of a store; 0 stands for "does not exist" (of a key) and "from the start"
/// (of a watch).
enum class Revision : std::int64_t { Absent = 0 };

/// Entries that were put with a lease vanish when it is not kept alive, or is revoked.
enum class Lease : std::int64_t { None = 0 };

struct Entry {
    std::string key;
    std::string value;
    Revision revision = Revision::Absent;  // of the commit that put it
    Lease lease = Lease::None;

    friend bool operator==(const Entry&, const Entry&) = default;
};

/// Holds if the key has exactly this revision.
struct Condition {
    std::string key;
    Revision revision = Revision::Absent;
};

struct Put {
    std::string key;
    std::string value;
    Lease lease = Lease::None;
};

/// No key may be put or deleted twice in one transaction.
struct Transaction {
    std::vector<Condition> conditions;
    std::vector<Put> puts;
    std::vector<std::string> deletes;
};

/// A key was put, or (without a value) deleted.
struct Change {
    std::string key;
    std::optional<std::string> value;
    Revision revision = Revision::Absent;

    friend bool operator==(const Change&, const Change&) = default;
};

struct Batch {
    /// True: `changes` are all entries there are now, whatever was known before is void.
    bool snapshot = false;
    std::vector<Change> changes;
    /// Everything up to here has been told; a later watch may go on from it.
    Revision revision = Revision::Absent;
};

class Watch {
public:
    virtual ~Watch() = default;

    /// Waits until something happened, at most `patience`; then the batch is empty. Changes come in
    /// the order of their commits and none is left out: when the store has forgotten what came
    /// next (compaction), the batch is a snapshot. Errors: Unavailable (ask again: nothing is
    /// lost), Refused.
    virtual Result<Batch> next(std::chrono::milliseconds patience) = 0;
};

class Store {
public:
    virtual ~Store() = default;

    virtual Result<std::optional<Entry>> get(std::string_view key) = 0;
    /// All entries whose key begins with `prefix`, in key order.
    virtual Result<std::vector<Entry>> list(std::string_view prefix) = 0;
    /// All or nothing; gives the revision of what was put. Errors: Conflict, LeaseGone,
    /// Unavailable, Unknown, Corrupt, Refused, Fenced.
    virtual Result<Revision> commit(const Transaction& transaction) = 0;

    /// The time to live is that after the last sign of life; a store may give more.
    virtual Result<Lease> grant(std::chrono::seconds time_to_live) = 0;
    /// Errors: LeaseGone.
    virtual Result<void> keep_alive(Lease lease) = 0;
    /// Its entries are gone when this returns. Success for a lease that is gone already.
    virtual Result<void> revoke(Lease lease) = 0;

    /// What happens below `prefix` after a revision; from the start it begins with a snapshot.
    /// The store must outlive the watch. One thread may use a watch, another the store.
    virtual std::unique_ptr<Watch> watch(std::string prefix, Revision after) = 0;
};

}  // namespace routeproof::store
