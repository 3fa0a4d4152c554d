// What is said to etcd v3's JSON gateway (/v3/...) and what it answers: protobuf messages of
// rpc.proto in the JSON form of protobuf 3 (octets in base64, 64-bit numbers as text, default
// values left out).
#pragma once

#include "inventory/store/store.hpp"

namespace routeproof::store::etcd {

/// Puts a folder before every key and takes it off again, so that others may use the same etcd.
class Keys {
public:
    explicit Keys(std::string folder) : folder_(std::move(folder)) {}

    std::string outer(std::string_view key) const { return folder_ + std::string(key); }
    /// Nothing for a key of somebody else.
    std::optional<std::string> inner(std::string_view outer_key) const;

private:
    std::string folder_;
};

std::string range_one(const Keys& keys, std::string_view key);
std::string range_prefix(const Keys& keys, std::string_view prefix);
/// When the conditions do not hold, the answer has the entry of `or_else` in it.
std::string txn(const Keys& keys, const Transaction& transaction, std::string_view or_else);
std::string lease_grant(Lease lease, std::chrono::seconds time_to_live);
std::string lease_name(Lease lease);  // for keepalive and revoke
std::string watch_create(const Keys& keys, std::string_view prefix, Revision from);

struct RangeReply {
    Revision revision = Revision::Absent;  // of the whole store
    std::vector<Entry> entries;
};

struct TxnReply {
    bool succeeded = false;
    Revision revision = Revision::Absent;
    std::optional<Entry> or_else;
};

struct WatchReply {
    bool created = false;
    bool canceled = false;
    bool compacted = false;  // what comes next is forgotten
    std::string reason;      // of the cancelling, or of an error
    Revision revision = Revision::Absent;
    std::vector<Change> changes;
};

/// google.rpc.Code, as far as etcd uses it.
enum class RpcCode {
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    OutOfRange = 11,
    Unimplemented = 12,
    Unavailable = 14,
    Unauthenticated = 16,
};

struct RpcError {
    RpcCode code = RpcCode::Unavailable;
    std::string message;
};

// All: nothing if the text is not such a message.
std::optional<RangeReply> read_range(const Keys& keys, std::string_view text);
std::optional<TxnReply> read_txn(const Keys& keys, std::string_view text);
/// The time left to live; zero: the lease is gone.
std::optional<std::chrono::seconds> read_keep_alive(std::string_view text);
std::optional<WatchReply> read_watch(const Keys& keys, std::string_view line);
std::optional<RpcError> read_error(std::string_view text);

}  // namespace routeproof::store::etcd
