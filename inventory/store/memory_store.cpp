#include "inventory/store/memory_store.hpp"

namespace routeproof::store {

Result<std::optional<Entry>> MemoryStore::read(std::string_view key) {
    const auto found = entries_.find(key);
    return found == entries_.end() ? std::optional<Entry>() : std::optional(found->second);
}

Result<std::vector<Entry>> MemoryStore::read_all(std::string_view prefix) {
    std::vector<Entry> found;
    for (auto at = entries_.lower_bound(prefix);
         at != entries_.end() && at->first.starts_with(prefix);
         ++at) {
        found.push_back(at->second);
    }
    return found;
}

Result<std::vector<std::string>> MemoryStore::read_keys_of(Lease lease) {
    std::vector<std::string> keys;
    for (const auto& [key, entry] : entries_) {
        if (entry.lease == lease) {
            keys.push_back(key);
        }
    }
    return keys;
}

Result<Revision> MemoryStore::read_revision() {
    return commits_;
}

Result<Revision> MemoryStore::write(const Transaction& transaction) {
    for (const Condition& condition : transaction.conditions) {
        const auto found = entries_.find(condition.key);
        const auto actual = found == entries_.end() ? Revision::Absent : found->second.revision;
        if (actual != condition.revision) {
            return Errc::Conflict;
        }
    }
    commits_ = static_cast<Revision>(static_cast<std::int64_t>(commits_) + 1);
    for (const std::string& key : transaction.deletes) {
        entries_.erase(key);
    }
    for (const Put& put : transaction.puts) {
        entries_[put.key] = Entry{put.key, put.value, commits_, put.lease};
    }
    return commits_;
}

Result<Lease> MemoryStore::write_lease(std::chrono::seconds) {
    return static_cast<Lease>(++leases_granted_);
}

Result<void> MemoryStore::erase_lease(Lease) {
    return {};
}

}  // namespace routeproof::store
