// Where pools, blocks, addresses and endpoints are kept: a small ordered key-value store with
// compare-and-swap transactions, the common ground of SQLite (embedded) and etcd v3 (shared).
//
// Calls block; an agent runs those of a slow store on a thread of its own. A transaction that was
// committed survives the death of the process and of the machine.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::store {

/// Counts the commits that changed a key; 0 stands for "does not exist".
enum class Revision : std::int64_t { Absent = 0 };

struct Entry {
    std::string key;
    std::string value;
    Revision revision = Revision::Absent;

    friend bool operator==(const Entry&, const Entry&) = default;
};

/// Holds if the key has exactly this revision.
struct Condition {
    std::string key;
    Revision revision = Revision::Absent;
};

struct Transaction {
    std::vector<Condition> conditions;
    std::vector<std::pair<std::string, std::string>> puts;
    std::vector<std::string> deletes;
};

enum class Errc {
    Conflict = 1,  // a condition did not hold: read again and decide anew
    Unavailable,   // the store cannot be reached or written (disk full, no quorum)
    Corrupt,       // the file is not ours or is damaged; it is left as it is
    Locked,        // another agent has it open
};

const boost::system::error_category& error_category();
inline boost::system::error_code make_error_code(Errc e) {
    return {static_cast<int>(e), error_category()};
}

template <class T>
using Result = boost::system::result<T>;

class Store {
public:
    virtual ~Store() = default;

    virtual Result<std::optional<Entry>> get(std::string_view key) = 0;
    /// All entries whose key begins with `prefix`, in key order.
    virtual Result<std::vector<Entry>> list(std::string_view prefix) = 0;
    /// All or nothing. Errors: Conflict, Unavailable, Corrupt.
    virtual Result<void> commit(const Transaction& transaction) = 0;
};

}  // namespace routeproof::store

template <>
struct boost::system::is_error_code_enum<routeproof::store::Errc> : std::true_type {};
