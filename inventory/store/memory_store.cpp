#include "inventory/store/memory_store.hpp"

namespace routeproof::store {

Result<std::optional<Entry>> MemoryStore::get(std::string_view key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) {
        return std::optional<Entry>();
    }
    return std::optional<Entry>(found->second);
}

Result<std::vector<Entry>> MemoryStore::list(std::string_view prefix) {
    std::vector<Entry> found;
    for (auto at = entries_.lower_bound(prefix);
         at != entries_.end() && at->first.starts_with(prefix);
         ++at) {
        found.push_back(at->second);
    }
    return found;
}

Result<void> MemoryStore::commit(const Transaction& transaction) {
    for (const auto& condition : transaction.conditions) {
        const auto found = entries_.find(condition.key);
        const auto actual = found == entries_.end() ? Revision::Absent : found->second.revision;
        if (actual != condition.revision) {
            return Errc::Conflict;
        }
    }
    const auto revision = static_cast<Revision>(++commits_);
    for (const auto& key : transaction.deletes) {
        entries_.erase(key);
    }
    for (const auto& [key, value] : transaction.puts) {
        entries_[key] = Entry{key, value, revision};
    }
    return {};
}

}  // namespace routeproof::store
