#include "agent/ipam/allocator.hpp"

#include "agent/ipam/range.hpp"
#include "agent/ipam/sentences.hpp"

#include <algorithm>

namespace routeproof::ipam {
namespace {

/// How often a change is tried again when another writer of the store was faster.
constexpr int kConflictRetries = 100;

std::string address_key(const net::Address& address) {
    return "ipam/addresses/" + address.to_string();
}

std::string cursor_key(const net::Prefix& block) {
    return "ipam/cursors/" + block.to_string();
}

/// True if the request asks for what is recorded already, so that nothing needs to be written.
bool confirms(const Allocation& known, const AddressRequest& request) {
    const bool same_kind = (known.kind == Kind::Gateway) == (request.kind == Kind::Gateway);
    const bool same_name = request.container.empty() || request.container == known.container;
    return known.is_bound() || (same_kind && same_name);
}

}  // namespace

struct Allocator::Stored {
    Allocation allocation;
    store::Revision revision = store::Revision::Absent;
};

Allocator::Allocator(store::Store& store, Configuration configuration, Clock clock)
    : store_(store), configuration_(std::move(configuration)), clock_(std::move(clock)) {}

const inventory::Pool* Allocator::pool_of(const net::Prefix& subnet) const {
    for (const inventory::Pool& pool : configuration_.pools) {
        if (pool.cidr.contains(subnet)) {
            return &pool;
        }
    }
    return nullptr;
}

Result<const inventory::Pool*> Allocator::check_pool(const net::Prefix& subnet) const {
    if (const inventory::Pool* pool = pool_of(subnet)) {
        return pool;
    }
    std::vector<net::Prefix> pools;
    for (const inventory::Pool& pool : configuration_.pools) {
        pools.push_back(pool.cidr);
    }
    return Error(Errc::OutsidePools,
                 "subnet " + subnet.to_string() + " lies in no pool of host " +
                     configuration_.host + " (pools: " + join_prefixes(pools) +
                     "); use --subnet with one of them or a part of one");
}

Result<PoolId> Allocator::request_pool(const PoolRequest& request) const {
    const bool v6 = request.v6 || (request.subnet && !request.subnet->address().is_v4());
    if (v6) {
        return Error(Errc::FamilyNotServed,
                     "IPv6 subnets are not served by this version of routeproof; create the "
                     "network with an IPv4 --subnet only and without --ipv6");
    }
    if (!request.subnet) {
        std::vector<net::Prefix> pools;
        for (const inventory::Pool& pool : configuration_.pools) {
            pools.push_back(pool.cidr);
        }
        return Error(Errc::NoSubnet,
                     "routed networks take their addresses from a pool: name it with --subnet "
                     "(pools: " +
                         join_prefixes(pools) + ")");
    }
    if (const auto pool = check_pool(*request.subnet); !pool) {
        return pool.error();
    }
    if (request.range && !request.subnet->contains(*request.range)) {
        return Error(Errc::OutsideSubnet,
                     "--ip-range " + request.range->to_string() + " is not inside --subnet " +
                         request.subnet->to_string());
    }
    return PoolId{*request.subnet, request.range};
}

Result<Allocation> Allocator::request_address(const AddressRequest& request) {
    const auto pool = check_pool(request.pool.subnet);
    if (!pool) {
        return pool.error();
    }
    if (!request.address) {
        return choose(request, **pool);
    }
    if (!request.pool.subnet.contains(*request.address)) {
        return Error(Errc::OutsideSubnet,
                     "address " + request.address->to_string() + " is not in the subnet " +
                         request.pool.subnet.to_string() + " of the network; choose one that is");
    }
    return take(request, **pool);
}

bool Allocator::refuses(const Allocation& known, const AddressRequest& request) const {
    if (known.host != configuration_.host) {
        return true;
    }
    if (request.kind == Kind::Gateway) {
        return known.is_bound();
    }
    return known.kind == Kind::Gateway ||
           (known.is_bound() && !replayable_.contains(known.address));
}

Result<Allocation> Allocator::take(const AddressRequest& request, const inventory::Pool& pool) {
    for (int attempt = 0; attempt < kConflictRetries; ++attempt) {
        const auto stored = load(*request.address);
        if (!stored) {
            return stored.error();
        }
        Allocation allocation = new_allocation(request, pool, *request.address);
        auto revision = store::Revision::Absent;
        if (*stored) {
            const Allocation& known = (*stored)->allocation;
            if (refuses(known, request)) {
                return taken(known);
            }
            replayable_.erase(known.address);
            if (confirms(known, request)) {
                return known;
            }
            revision = (*stored)->revision;
        }
        const auto saved = save(allocation, revision);
        if (saved) {
            return allocation;
        }
        if (saved.error() != store::make_error_code(store::Errc::Conflict)) {
            return store_failed(saved.error());
        }
    }
    return store_failed(store::make_error_code(store::Errc::Conflict));
}

Result<Allocation> Allocator::choose(const AddressRequest& request, const inventory::Pool& pool) {
    const net::Prefix wanted = request.pool.range.value_or(request.pool.subnet);
    std::vector<net::Prefix> tried;
    for (const net::Prefix& block : configuration_.own_blocks) {
        const auto range = intersection(block, wanted);
        if (!range) {
            continue;
        }
        tried.push_back(*range);
        const auto chosen = choose_in(*range, block, request, pool);
        if (!chosen || *chosen) {
            return chosen ? Result<Allocation>(**chosen) : Result<Allocation>(chosen.error());
        }
    }
    if (tried.empty()) {
        return Error(Errc::Full,
                     "host " + configuration_.host + " owns no block in " + wanted.to_string() +
                         ", so it cannot choose an address by itself; name one with --ip, or give "
                         "the host a block there under 'blocks' in its configuration");
    }
    return Error(Errc::Full,
                 "no address is left in " + join_prefixes(tried) + ", the part of " +
                     wanted.to_string() + " that host " + configuration_.host +
                     " owns; stop a container, name a free address of the pool with --ip, or give "
                     "the host a further block under 'blocks' in its configuration");
}

Result<std::optional<Allocation>> Allocator::choose_in(const net::Prefix& range,
                                                       const net::Prefix& block,
                                                       const AddressRequest& request,
                                                       const inventory::Pool& pool) {
    const auto start = first_candidate(range, block);
    if (!start) {
        return start.error();
    }
    net::Address candidate = *start;
    do {
        const auto stored = store_.get(address_key(candidate));
        if (!stored) {
            return store_failed(stored.error());
        }
        if (!*stored) {
            const Allocation allocation = new_allocation(request, pool, candidate);
            store::Transaction transaction;
            transaction.conditions = {{address_key(candidate), store::Revision::Absent}};
            transaction.puts = {{address_key(candidate), to_json(allocation)},
                                {cursor_key(block), candidate.to_string()}};
            const auto saved = store_.commit(transaction);
            if (saved) {
                return std::optional(allocation);
            }
            if (saved.error() != store::make_error_code(store::Errc::Conflict)) {
                return store_failed(saved.error());
            }
        }
        candidate = next_in(range, candidate);
    } while (candidate != *start);
    return std::optional<Allocation>();
}

// The search goes round: it begins behind the last address given, so that one just freed is the
// last to be given again and stale entries elsewhere (ARP, DNS, connection tracking) can expire.
Result<net::Address> Allocator::first_candidate(const net::Prefix& range,
                                                const net::Prefix& block) const {
    const auto stored = store_.get(cursor_key(block));
    if (!stored) {
        return store_failed(stored.error());
    }
    if (*stored) {
        if (const auto last = net::Address::parse((*stored)->value)) {
            return next_in(range, *last);
        }
    }
    // The very first is .1: .0 is as good, but surprises people. It is reached at the end.
    return next_in(range, range.address());
}

Allocation Allocator::new_allocation(const AddressRequest& request,
                                     const inventory::Pool& pool,
                                     const net::Address& address) const {
    const bool replay = replaying_ && request.address && request.kind == Kind::Container &&
                        request.container.empty();
    return {address,
            pool.cidr,
            replay ? Kind::Replay : request.kind,
            ownership_of(address),
            configuration_.host,
            {},
            {},
            request.container,
            clock_()};
}

Result<void> Allocator::release_address(const net::Address& address) {
    for (int attempt = 0; attempt < kConflictRetries; ++attempt) {
        const auto stored = load(address);
        if (!stored) {
            return stored.error();
        }
        if (!*stored || (*stored)->allocation.is_bound() ||
            (*stored)->allocation.host != configuration_.host) {
            return {};
        }
        store::Transaction transaction;
        transaction.conditions = {{address_key(address), (*stored)->revision}};
        transaction.deletes = {address_key(address)};
        const auto done = store_.commit(transaction);
        if (done) {
            replayable_.erase(address);
            return {};
        }
        if (done.error() != store::make_error_code(store::Errc::Conflict)) {
            return store_failed(done.error());
        }
    }
    return store_failed(store::make_error_code(store::Errc::Conflict));
}

Result<void> Allocator::bind(const Binding& binding) {
    const auto stored = load(binding.address);
    if (!stored) {
        return stored.error();
    }
    if (!*stored || (*stored)->allocation.host != configuration_.host) {
        return Error(Errc::NotAllocated,
                     "address " + binding.address.to_string() +
                         " was not given by this host's IPAM driver; create the network with the "
                         "same name for --driver and --ipam-driver");
    }
    Allocation allocation = (*stored)->allocation;
    if (allocation.kind == Kind::Gateway ||
        (allocation.is_bound() && allocation.endpoint != binding.endpoint)) {
        return taken(allocation);
    }
    allocation.kind = Kind::Container;
    allocation.network = binding.network;
    allocation.endpoint = binding.endpoint;
    if (!binding.container.empty()) {
        allocation.container = binding.container;
    }
    replaying_ = false;  // dockerd starts containers again, so it has done with asking anew
    if (allocation == (*stored)->allocation) {
        return {};
    }
    const auto saved = save(allocation, (*stored)->revision);
    return saved ? Result<void>() : store_failed(saved.error());
}

Result<void> Allocator::unbind(const net::Address& address, const std::string& endpoint) {
    const auto stored = load(address);
    if (!stored) {
        return stored.error();
    }
    if (!*stored || (*stored)->allocation.endpoint != endpoint) {
        return {};
    }
    Allocation allocation = (*stored)->allocation;
    allocation.endpoint.clear();
    allocation.container.clear();
    const auto saved = save(allocation, (*stored)->revision);
    return saved ? Result<void>() : store_failed(saved.error());
}

Result<void> Allocator::begin_replay() {
    const auto all = allocations();
    if (!all) {
        return all.error();
    }
    for (const Allocation& allocation : *all) {
        replayable_.insert(allocation.address);
    }
    replaying_ = true;
    return {};
}

Result<std::vector<Allocation>> Allocator::allocations() const {
    const auto entries = store_.list("ipam/addresses/");
    if (!entries) {
        return store_failed(entries.error());
    }
    std::vector<Allocation> all;
    for (const store::Entry& entry : *entries) {
        if (const auto allocation = allocation_from_json(entry.value)) {
            all.push_back(*allocation);
        }
    }
    // Keys sort as text; people read .2 before .10.
    std::sort(all.begin(), all.end(), [](const Allocation& a, const Allocation& b) {
        return a.address < b.address;
    });
    return all;
}

Result<std::optional<Allocation>> Allocator::find(const net::Address& address) const {
    const auto stored = load(address);
    if (!stored) {
        return stored.error();
    }
    return *stored ? std::optional((*stored)->allocation) : std::nullopt;
}

Result<std::optional<Allocator::Stored>> Allocator::load(const net::Address& address) const {
    const auto entry = store_.get(address_key(address));
    if (!entry) {
        return store_failed(entry.error());
    }
    if (!*entry) {
        return std::optional<Stored>();
    }
    const auto allocation = allocation_from_json((*entry)->value);
    if (!allocation) {
        // Never "free": whoever wrote it meant to hold the address.
        return Error(Errc::StoreFailed,
                     "the record of address " + address.to_string() +
                         " in the agent's store is unreadable, so it is not given again; choose "
                         "another address, or remove the record with the agent stopped");
    }
    return std::optional(Stored{*allocation, (*entry)->revision});
}

store::Result<void> Allocator::save(const Allocation& allocation, store::Revision expected) {
    store::Transaction transaction;
    transaction.conditions = {{address_key(allocation.address), expected}};
    transaction.puts = {{address_key(allocation.address), to_json(allocation)}};
    return store_.commit(transaction);
}

std::optional<net::Prefix> Allocator::own_block_of(const net::Address& address) const {
    for (const net::Prefix& block : configuration_.own_blocks) {
        if (block.contains(address)) {
            return block;
        }
    }
    return std::nullopt;
}

Ownership Allocator::ownership_of(const net::Address& address) const {
    return own_block_of(address) ? Ownership::OwnBlock : Ownership::Borrowed;
}

}  // namespace routeproof::ipam
