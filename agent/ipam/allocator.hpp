// Address management of one host: pure decisions over a Store.
//
// A pool is cut into blocks, and a host owns some of them (agent/ipam/places.hpp). Automatic choice
// takes from own blocks, then from a block that is claimed for it, then borrows; an explicit
// address may lie anywhere in the pool and is "borrowed" when the block around it is another
// host's. All addresses are usable, .0 and .255 too: a routed pool has no broadcast. Every change
// is committed before the call returns, with the address's absence (or revision) as condition, so
// that the same code is right over a store that hosts share.
//
// The life of an address: request_address -> bind (an endpoint has it) -> unbind ->
// release_address. An address without endpoint may be asked for again and is simply confirmed
// (dockerd repeats requests after transport errors). An address with an endpoint is taken, with one
// exception: after begin_replay (dockerd started anew and will ask for all it remembers) each one
// that was allocated then is confirmed once.
//
// In a shared store the address of a host that is out of touch with it (its lease has ended) may be
// taken over: that is how a container moves away from a host that died.
//
// Keys: agent/ipam/keys.hpp.
#pragma once

#include "agent/ipam/allocation.hpp"
#include "agent/ipam/error.hpp"
#include "agent/ipam/places.hpp"
#include "agent/ipam/pool_id.hpp"
#include "inventory/store/store.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace routeproof::ipam {

struct PoolRequest {
    std::optional<net::Prefix> subnet;
    std::optional<net::Prefix> range;
    bool v6 = false;
};

struct AddressRequest {
    PoolId pool;
    std::optional<net::Address> address;  // nothing: any will do
    Kind kind = Kind::Container;
    std::string container;  // name, from dockerd 29 on; else empty
};

/// Who uses an address.
struct Binding {
    net::Address address;
    std::string network;
    std::string endpoint;
    std::string container;
};

class Allocator {
public:
    using Clock = std::function<Timestamp()>;

    /// The store must outlive the allocator.
    Allocator(store::Store& store, Configuration configuration, Clock clock = routeproof::now);
    Allocator(const Allocator&) = delete;
    Allocator& operator=(const Allocator&) = delete;

    /// Of a shared store: claims what the configuration gives, goes on with what an earlier life
    /// owned. Errors: Taken (a configured block is somebody else's), StoreFailed.
    Result<void> load() { return places_.load(); }
    /// Called for each block that becomes ours later, before an address of it is given.
    void on_block(std::function<void(const net::Prefix&)> claimed) {
        places_.on_block(std::move(claimed));
    }
    const std::vector<net::Prefix>& own_blocks() const { return places_.own_blocks(); }

    /// Idempotent and without references: the same request has the same answer for ever.
    /// Errors: NoSubnet, OutsidePools, FamilyNotServed.
    Result<PoolId> request_pool(const PoolRequest& request) const;

    /// Errors: OutsidePools (the pool left the configuration), OutsideSubnet, Reserved, NotOurs,
    /// OwnerAway, Taken, Full, StoreFailed.
    Result<Allocation> request_address(const AddressRequest& request);

    /// Success also for an address that was never given. An address that still has an endpoint is
    /// kept: dockerd releases also after a refused CreateEndpoint, and then it is not the loser's.
    Result<void> release_address(const net::Address& address);

    /// Idempotent. Errors: NotAllocated, Taken (another endpoint has it), StoreFailed.
    Result<void> bind(const Binding& binding);
    /// Success if the address is free, or has another endpoint (which keeps it).
    Result<void> unbind(const net::Address& address, const std::string& endpoint);

    /// dockerd shook hands (Plugin.Activate): what is allocated now may be confirmed once each.
    Result<void> begin_replay();

    Result<std::vector<Allocation>> allocations() const;
    Result<std::optional<Allocation>> find(const net::Address& address) const;

    /// Of all hosts in a shared store; else this host's by configuration.
    Result<std::vector<Block>> blocks() const { return places_.blocks(); }

    /// The own block around an address; nothing: the address is borrowed (or outside all pools).
    std::optional<net::Prefix> own_block_of(const net::Address& address) const;
    const Configuration& configuration() const { return configuration_; }

private:
    struct Stored;  // an allocation with its revision

    const inventory::Pool* pool_of(const net::Prefix& subnet) const;
    Result<const inventory::Pool*> check_pool(const net::Prefix& subnet) const;
    Result<std::optional<Stored>> load(const net::Address& address) const;
    store::Result<store::Revision> save(const Allocation& allocation, store::Revision expected);
    Result<bool> out_of_touch(const Allocation& known) const;
    bool refuses(const Allocation& known, const AddressRequest& request) const;
    Result<Allocation> take(const AddressRequest& request, const inventory::Pool& pool);
    Result<Allocation> choose(const AddressRequest& request, const inventory::Pool& pool);
    Result<std::optional<Allocation>> choose_from(const std::vector<Place>& places,
                                                  bool cooling_too,
                                                  const AddressRequest& request,
                                                  const inventory::Pool& pool);
    /// Nothing: the place is full.
    Result<std::optional<Allocation>> choose_in(const Place& place,
                                                bool cooling_too,
                                                const AddressRequest& request,
                                                const inventory::Pool& pool);
    Result<std::vector<net::Address>> candidates(const Place& place,
                                                 bool cooling_too,
                                                 const net::Prefix& wanted,
                                                 const inventory::Pool& pool) const;
    Error full(const net::Prefix& wanted, const inventory::Pool& pool) const;
    Result<net::Address> first_candidate(const net::Prefix& range, const net::Prefix& block) const;
    Allocation new_allocation(const AddressRequest& request,
                              const inventory::Pool& pool,
                              const net::Address& address,
                              Ownership ownership) const;
    const inventory::Pool* pool_around(const net::Address& address) const;

    store::Store& store_;
    Configuration configuration_;
    Clock clock_;
    Places places_;
    std::set<net::Address> replayable_;
    bool replaying_ = false;  // since the last handshake no endpoint was bound
};

}  // namespace routeproof::ipam
