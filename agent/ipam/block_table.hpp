// Who owns which block, in a store that hosts share: claims in two phases, each a compare-and-swap.
//
// A claim that stays pending belongs to a host that died in the middle of it. The host itself goes
// on with it; others may have the block when the host is not alive.
// Keys: ipam/blocks/<block>.
#pragma once

#include "agent/ipam/block.hpp"
#include "inventory/store/store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace routeproof::ipam {

struct StoredBlock {
    Block block;
    store::Revision revision = store::Revision::Absent;
};

class BlockTable {
public:
    using Clock = std::function<Timestamp()>;

    /// The store must outlive the table.
    BlockTable(store::Store& store, std::string host, Clock clock);

    store::Result<std::vector<StoredBlock>> all() const;
    store::Result<std::optional<StoredBlock>> find(const net::Prefix& block) const;

    /// The block as it is afterwards: confirmed and ours, or somebody else's.
    store::Result<StoredBlock> claim(const net::Prefix& block,
                                     const net::Prefix& pool,
                                     const std::string& why);
    /// Gives back an own block in which no address is given. False: it is in use, or not ours.
    store::Result<bool> release(const net::Prefix& block);

private:
    store::Result<std::optional<StoredBlock>> take_over(const StoredBlock& left, Block ours);
    store::Result<store::Revision> put(const Block& block,
                                       std::vector<store::Condition> conditions);

    store::Store& store_;
    std::string host_;
    Clock clock_;
};

}  // namespace routeproof::ipam
