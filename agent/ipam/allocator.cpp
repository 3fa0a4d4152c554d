#include "agent/ipam/allocator.hpp"

#include "agent/ipam/keys.hpp"
#include "agent/ipam/range.hpp"
#include "agent/ipam/sentences.hpp"
#include "agent/ipam/taken.hpp"

#include <algorithm>

namespace routeproof::ipam {
namespace {

/// How often a change is tried again when another writer of the store was faster.
constexpr int kConflictRetries = 100;

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
    : store_(store),
      configuration_(std::move(configuration)),
      clock_(std::move(clock)),
      places_(store_, configuration_, clock_) {}

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
    for (const net::Prefix& range : (*pool)->reserved) {
        if (range.contains(*request.address)) {
            return reserved(*request.address, range);
        }
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

// The address of another host that the shared store has not heard of for so long that its lease
// ended. In a store of our own nobody has a lease, and nothing is taken over.
Result<bool> Allocator::out_of_touch(const Allocation& known) const {
    if (!configuration_.shared || known.host == configuration_.host) {
        return false;
    }
    const auto alive = places_.revision_of(alive_key(known.host));
    if (!alive) {
        return alive.error();
    }
    return *alive == store::Revision::Absent;
}

Result<Allocation> Allocator::take(const AddressRequest& request, const inventory::Pool& pool) {
    const net::Address& address = *request.address;
    for (int attempt = 0; attempt < kConflictRetries; ++attempt) {
        const auto stored = load(address);
        if (!stored) {
            return stored.error();
        }
        store::Transaction transaction;
        transaction.conditions = {{address_key(address), store::Revision::Absent}};
        if (*stored) {
            const Allocation& known = (*stored)->allocation;
            const auto abandoned = out_of_touch(known);
            if (!abandoned) {
                return abandoned.error();
            }
            if (*abandoned) {
                transaction.conditions.push_back({alive_key(known.host), store::Revision::Absent});
            } else if (refuses(known, request)) {
                return taken(known);
            } else {
                replayable_.erase(known.address);
                if (confirms(known, request)) {
                    return known;
                }
            }
            transaction.conditions.front().revision = (*stored)->revision;
        }
        Ownership ownership = Ownership::OwnBlock;
        if (*stored && (*stored)->allocation.host == configuration_.host) {
            ownership = (*stored)->allocation.ownership;  // ours already: no question of place
        } else {
            const auto place = places_.around(address, pool);
            // The block's owner being away hinders only where there is no record: it could have
            // given the address meanwhile. A record says who had it.
            const bool recorded = *stored && !place && place.error().code == Errc::OwnerAway;
            if (!place && !recorded) {
                return place.error();
            }
            ownership = place ? place->ownership : Ownership::Borrowed;
            if (place) {
                transaction.conditions.insert(transaction.conditions.end(),
                                              place->conditions.begin(),
                                              place->conditions.end());
            }
        }
        const Allocation allocation = new_allocation(request, pool, address, ownership);
        transaction.puts = {{address_key(address), to_json(allocation)}};
        transaction.deletes = {cooling_key(address)};
        const auto saved = store_.commit(transaction);
        if (saved) {
            return allocation;
        }
        if (saved.error() != store::Errc::Conflict) {
            return store_failed(saved.error());
        }
    }
    return store_failed(store::Errc::Conflict);
}

// Own blocks first, a further block before one that was only just freed, and borrowing last: each
// borrowed address costs every router a route.
Result<Allocation> Allocator::choose(const AddressRequest& request, const inventory::Pool& pool) {
    const net::Prefix wanted = request.pool.range.value_or(request.pool.subnet);
    const auto own = places_.own(wanted);
    if (!own) {
        return own.error();
    }
    auto chosen = choose_from(*own, false, request, pool);
    if (chosen && !*chosen) {
        const auto another = places_.claim_another(wanted, pool);
        if (!another) {
            return another.error();
        }
        if (*another) {
            chosen = choose_from({**another}, true, request, pool);
        }
    }
    if (chosen && !*chosen) {
        chosen = choose_from(*own, true, request, pool);
    }
    if (chosen && !*chosen) {
        const auto foreign = places_.foreign(wanted, pool);
        if (!foreign) {
            return foreign.error();
        }
        chosen = choose_from(*foreign, true, request, pool);
    }
    if (!chosen) {
        return chosen.error();
    }
    return *chosen ? Result<Allocation>(**chosen) : Result<Allocation>(full(wanted, pool));
}

Error Allocator::full(const net::Prefix& wanted, const inventory::Pool& pool) const {
    std::vector<net::Prefix> tried;
    for (const net::Prefix& block : own_blocks()) {
        if (const auto range = intersection(block, wanted)) {
            tried.push_back(*range);
        }
    }
    const auto owners = places_.who_has_what(pool);
    const bool shared = owners && !owners->empty();
    const std::string remedy = shared ? "; the pool's blocks: " + *owners
                                      : ", or give the host a " +
                                            std::string(tried.empty() ? "" : "further ") +
                                            "block under 'blocks' in its configuration";
    if (tried.empty()) {
        return {Errc::Full,
                "host " + configuration_.host + " owns no block in " + wanted.to_string() +
                    ", so it cannot choose an address by itself; name one with --ip" +
                    (shared ? ""
                            : ", or give the host a block there under 'blocks' in its "
                              "configuration") +
                    (shared ? remedy : "")};
    }
    return {Errc::Full,
            "no address is left in " + join_prefixes(tried) + ", the part of " +
                wanted.to_string() + " that host " + configuration_.host +
                " owns; stop a container, name a free address of the pool with --ip" + remedy};
}

Result<std::optional<Allocation>> Allocator::choose_from(const std::vector<Place>& places,
                                                         bool cooling_too,
                                                         const AddressRequest& request,
                                                         const inventory::Pool& pool) {
    for (const Place& place : places) {
        auto chosen = choose_in(place, cooling_too, request, pool);
        if (!chosen || *chosen) {
            return chosen;
        }
    }
    return std::optional<Allocation>();
}

Result<std::optional<Allocation>> Allocator::choose_in(const Place& place,
                                                       bool cooling_too,
                                                       const AddressRequest& request,
                                                       const inventory::Pool& pool) {
    const auto free =
        candidates(place, cooling_too, request.pool.range.value_or(request.pool.subnet), pool);
    if (!free) {
        return free.error();
    }
    for (const net::Address& candidate : *free) {
        const Allocation allocation = new_allocation(request, pool, candidate, place.ownership);
        store::Transaction transaction;
        transaction.conditions = place.conditions;
        transaction.conditions.push_back({address_key(candidate), store::Revision::Absent});
        transaction.puts = {{address_key(candidate), to_json(allocation)},
                            {cursor_key(place.block), candidate.to_string()}};
        transaction.deletes = {cooling_key(candidate)};
        const auto saved = store_.commit(transaction);
        if (saved) {
            return std::optional(allocation);
        }
        // Somebody was faster: the next one. If it was the block that changed, none will do, and
        // the search ends soon.
        if (saved.error() != store::Errc::Conflict) {
            return store_failed(saved.error());
        }
    }
    return std::optional<Allocation>();
}

/// What is free in the place, in the order of preference.
Result<std::vector<net::Address>> Allocator::candidates(const Place& place,
                                                        bool cooling_too,
                                                        const net::Prefix& wanted,
                                                        const inventory::Pool& pool) const {
    std::vector<net::Address> free;
    const auto range = intersection(place.block, wanted);
    if (!range) {
        return free;
    }
    const auto start = first_candidate(*range, place.block);
    if (!start) {
        return start.error();
    }
    const auto taken = taken_in(store_, place.block);
    const auto cooling = cooling_in(store_, place.block);
    if (!taken || !cooling) {
        return store_failed(!taken ? taken.error() : cooling.error());
    }
    const auto reserved = [&pool](const net::Address& address) {
        return std::any_of(pool.reserved.begin(), pool.reserved.end(), [&](const auto& one) {
            return one.contains(address);
        });
    };
    const auto warm_since = clock_() - pool.cooldown;
    std::vector<net::Address> warm;
    net::Address candidate = *start;
    do {
        const auto freed = cooling->find(candidate);
        const bool is_warm = freed != cooling->end() && freed->second > warm_since;
        if (!taken->contains(candidate) && !reserved(candidate)) {
            (is_warm ? warm : free).push_back(candidate);
        }
        candidate = next_in(*range, candidate);
    } while (candidate != *start);
    if (cooling_too) {
        std::stable_sort(warm.begin(), warm.end(), [&](const auto& a, const auto& b) {
            return cooling->at(a) < cooling->at(b);
        });
        free.insert(free.end(), warm.begin(), warm.end());
    }
    return free;
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
                                     const net::Address& address,
                                     Ownership ownership) const {
    const bool replay = replaying_ && request.address && request.kind == Kind::Container &&
                        request.container.empty();
    return {address,
            pool.cidr,
            replay ? Kind::Replay : request.kind,
            ownership,
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
        if (const auto* pool = pool_around(address);
            pool != nullptr && pool->cooldown.count() > 0) {
            transaction.puts = {{cooling_key(address), to_rfc3339(clock_())}};
        }
        const auto done = store_.commit(transaction);
        if (done) {
            replayable_.erase(address);
            return {};
        }
        if (done.error() != store::Errc::Conflict) {
            return store_failed(done.error());
        }
    }
    return store_failed(store::Errc::Conflict);
}

Result<void> Allocator::bind(const Binding& binding) {
    for (int attempt = 0; attempt < kConflictRetries; ++attempt) {
        const auto stored = load(binding.address);
        if (!stored) {
            return stored.error();
        }
        if (!*stored || (*stored)->allocation.host != configuration_.host) {
            return Error(Errc::NotAllocated,
                         "address " + binding.address.to_string() +
                             " was not given by this host's IPAM driver; create the network with "
                             "the same name for --driver and --ipam-driver");
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
        if (saved) {
            return {};
        }
        if (saved.error() != store::Errc::Conflict) {
            return store_failed(saved.error());
        }
    }
    return store_failed(store::Errc::Conflict);
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

store::Result<store::Revision> Allocator::save(const Allocation& allocation,
                                               store::Revision expected) {
    store::Transaction transaction;
    transaction.conditions = {{address_key(allocation.address), expected}};
    transaction.puts = {{address_key(allocation.address), to_json(allocation)}};
    return store_.commit(transaction);
}

std::optional<net::Prefix> Allocator::own_block_of(const net::Address& address) const {
    for (const net::Prefix& block : own_blocks()) {
        if (block.contains(address)) {
            return block;
        }
    }
    return std::nullopt;
}

const inventory::Pool* Allocator::pool_around(const net::Address& address) const {
    for (const inventory::Pool& pool : configuration_.pools) {
        if (pool.cidr.contains(address)) {
            return &pool;
        }
    }
    return nullptr;
}

}  // namespace routeproof::ipam
