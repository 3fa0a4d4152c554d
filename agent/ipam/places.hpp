// Where this host may take an address: its own blocks, blocks that it may claim, and blocks of
// other hosts of which it may borrow.
//
// In a store of its own a host owns what the configuration gives it, and borrows what the operator
// names. In a shared store blocks are claimed as they are needed; an address is taken on the
// condition that its block still belongs to whom it did when we looked, and borrowed only while the
// owner is in touch with the store: an owner that is cut off may have given it already.
#pragma once

#include "agent/ipam/allocation.hpp"
#include "agent/ipam/block_table.hpp"
#include "agent/ipam/configuration.hpp"
#include "agent/ipam/error.hpp"

namespace routeproof::ipam {

struct Place {
    Ownership ownership = Ownership::OwnBlock;
    net::Prefix block;
    std::string owner;
    std::vector<store::Condition> conditions;  // of whatever is taken there
};

class Places {
public:
    using Clock = BlockTable::Clock;

    /// Store and configuration must outlive it.
    Places(store::Store& store, const Configuration& configuration, Clock clock);

    /// Called for each block that becomes ours after load(), before anything in it is given.
    void on_block(std::function<void(const net::Prefix&)> claimed) {
        claimed_ = std::move(claimed);
    }

    /// Claims the configured blocks, finds those of an earlier life and goes on with claims that
    /// were not finished. Errors: Taken (a configured block is somebody else's), StoreFailed.
    Result<void> load();

    const std::vector<net::Prefix>& own_blocks() const { return own_; }

    /// Claims the block around the address if nobody has it. Errors: Taken (strict affinity),
    /// OwnerAway, StoreFailed.
    Result<Place> around(const net::Address& address, const inventory::Pool& pool);
    Result<std::vector<Place>> own(const net::Prefix& wanted) const;
    /// Nothing: none is left, or we have enough.
    Result<std::optional<Place>> claim_another(const net::Prefix& wanted,
                                               const inventory::Pool& pool);
    Result<std::vector<Place>> foreign(const net::Prefix& wanted,
                                       const inventory::Pool& pool) const;
    Result<std::vector<Block>> blocks() const;
    /// "dockerhost1: 3 blocks, dockerhost2: 1 block"; empty without a shared store.
    Result<std::string> who_has_what(const inventory::Pool& pool) const;

    /// For a condition.
    Result<store::Revision> revision_of(const std::string& key) const;

private:
    Result<Place> claimed(const store::Result<StoredBlock>& block);
    void remember(const net::Prefix& block);

    store::Store& store_;
    const Configuration& configuration_;
    BlockTable table_;
    std::vector<net::Prefix> own_;
    std::function<void(const net::Prefix&)> claimed_;
};

}  // namespace routeproof::ipam
