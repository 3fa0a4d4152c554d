#include "agent/ipam/block_table.hpp"

#include "agent/ipam/keys.hpp"
#include "agent/ipam/taken.hpp"

namespace routeproof::ipam {
namespace {

/// How often a change is tried again when another writer of the store was faster.
constexpr int kConflictRetries = 100;

// Whoever wrote a record that we cannot read meant to hold the block.
StoredBlock stored(const net::Prefix& block, const store::Entry& entry) {
    if (auto read = block_from_json(entry.value)) {
        return {std::move(*read), entry.revision};
    }
    Block unreadable;
    unreadable.block = block;
    unreadable.host = "(unreadable record " + entry.key + ")";
    unreadable.state = BlockState::Confirmed;
    return {std::move(unreadable), entry.revision};
}

}  // namespace

BlockTable::BlockTable(store::Store& store, std::string host, Clock clock)
    : store_(store), host_(std::move(host)), clock_(std::move(clock)) {}

store::Result<std::vector<StoredBlock>> BlockTable::all() const {
    const auto entries = store_.list(kBlocks);
    if (!entries) {
        return entries.error();
    }
    std::vector<StoredBlock> blocks;
    for (const store::Entry& entry : *entries) {
        const auto block = net::Prefix::parse(entry.key.substr(std::string(kBlocks).size()));
        if (block) {
            blocks.push_back(stored(*block, entry));
        }
    }
    return blocks;
}

store::Result<std::optional<StoredBlock>> BlockTable::find(const net::Prefix& block) const {
    const auto entry = store_.get(block_key(block));
    if (!entry) {
        return entry.error();
    }
    return *entry ? std::optional(stored(block, **entry)) : std::nullopt;
}

store::Result<StoredBlock> BlockTable::claim(const net::Prefix& block,
                                             const net::Prefix& pool,
                                             const std::string& why) {
    const Block pending{block, pool, host_, BlockState::Pending, why, clock_()};
    for (int attempt = 0; attempt < kConflictRetries; ++attempt) {
        const auto found = find(block);
        if (!found) {
            return found.error();
        }
        store::Result<store::Revision> done = store::Errc::Conflict;
        if (!*found) {
            done = put(pending, {{block_key(block), store::Revision::Absent}});
        } else if (const StoredBlock& known = **found; known.block.host != host_) {
            const auto taken = take_over(known, pending);
            if (!taken || !*taken) {
                return taken ? store::Result<StoredBlock>(known) : taken.error();
            }
            done = (*taken)->revision;
        } else if (known.block.state == BlockState::Confirmed) {
            return known;
        } else {
            Block confirmed = known.block;
            confirmed.state = BlockState::Confirmed;
            done = put(confirmed, {{block_key(block), known.revision}});
        }
        if (!done && done.error() != store::Errc::Conflict) {
            return done.error();
        }
    }
    return store::Errc::Conflict;
}

// Nothing: it is not to be had.
store::Result<std::optional<StoredBlock>> BlockTable::take_over(const StoredBlock& left,
                                                                Block ours) {
    if (left.block.state == BlockState::Confirmed) {
        return std::optional<StoredBlock>();
    }
    const auto done = put(ours,
                          {{block_key(ours.block), left.revision},
                           {alive_key(left.block.host), store::Revision::Absent}});
    if (done) {
        return std::optional(StoredBlock{std::move(ours), *done});
    }
    return done.error() == store::Errc::Conflict
               ? std::optional<StoredBlock>()
               : store::Result<std::optional<StoredBlock>>(done.error());
}

store::Result<bool> BlockTable::release(const net::Prefix& block) {
    const auto found = find(block);
    if (!found) {
        return found.error();
    }
    if (!*found || (*found)->block.host != host_) {
        return false;
    }
    // From now on nobody takes an address in it on the word of the old record.
    Block leaving = (*found)->block;
    leaving.state = BlockState::Releasing;
    const auto marked = put(leaving, {{block_key(block), (*found)->revision}});
    if (!marked) {
        return marked.error();
    }
    const auto taken = taken_in(store_, block);
    if (!taken) {
        return taken.error();
    }
    if (!taken->empty()) {
        const auto back = put((*found)->block, {{block_key(block), *marked}});
        return back ? store::Result<bool>(false) : back.error();
    }
    const auto gone =
        store_.commit({{{block_key(block), *marked}}, {}, {block_key(block), cursor_key(block)}});
    return gone ? store::Result<bool>(true) : gone.error();
}

store::Result<store::Revision> BlockTable::put(const Block& block,
                                               std::vector<store::Condition> conditions) {
    return store_.commit({std::move(conditions), {{block_key(block.block), to_json(block)}}, {}});
}

}  // namespace routeproof::ipam
