#include "agent/ipam/places.hpp"

#include "agent/ipam/keys.hpp"
#include "agent/ipam/range.hpp"
#include "agent/ipam/sentences.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace routeproof::ipam {
namespace {

Place place_of(const StoredBlock& stored, Ownership ownership) {
    return {ownership,
            stored.block.block,
            stored.block.host,
            {{block_key(stored.block.block), stored.revision}}};
}

}  // namespace

Places::Places(store::Store& store, const Configuration& configuration, Clock clock)
    : store_(store),
      configuration_(configuration),
      table_(store, configuration.host, std::move(clock)) {
    if (!configuration_.shared) {
        own_ = configuration_.own_blocks;
    }
}

Result<void> Places::load() {
    if (!configuration_.shared) {
        return {};
    }
    const auto all = table_.all();
    if (!all) {
        return store_failed(all.error());
    }
    std::vector<std::pair<net::Prefix, net::Prefix>> ours;  // block, pool
    for (const StoredBlock& stored : *all) {
        if (stored.block.host == configuration_.host) {
            ours.emplace_back(stored.block.block, stored.block.pool);
        }
    }
    for (const net::Prefix& block : configuration_.own_blocks) {
        for (const inventory::Pool& pool : configuration_.pools) {
            if (pool.cidr.contains(block)) {
                ours.emplace_back(block, pool.cidr);
            }
        }
    }
    for (const auto& [block, pool] : ours) {
        const auto place = claimed(table_.claim(block, pool, "configuration"));
        if (!place) {
            return place.error();
        }
        if (place->ownership != Ownership::OwnBlock) {
            return Error(Errc::Taken,
                         "block " + block.to_string() +
                             " of this host's configuration is claimed by host " + place->owner +
                             " in the shared store; take it out of 'blocks', or remove that host");
        }
    }
    return {};
}

void Places::remember(const net::Prefix& block) {
    if (std::find(own_.begin(), own_.end(), block) != own_.end()) {
        return;
    }
    own_.push_back(block);
    std::sort(own_.begin(), own_.end());
    if (claimed_) {
        claimed_(block);
    }
}

Result<Place> Places::claimed(const store::Result<StoredBlock>& block) {
    if (!block) {
        return store_failed(block.error());
    }
    const bool ours = block->block.host == configuration_.host;
    if (ours) {
        remember(block->block.block);
    }
    return place_of(*block, ours ? Ownership::OwnBlock : Ownership::Borrowed);
}

Result<Place> Places::around(const net::Address& address, const inventory::Pool& pool) {
    for (const net::Prefix& block : configuration_.shared ? std::vector<net::Prefix>() : own_) {
        if (block.contains(address)) {
            return Place{Ownership::OwnBlock, block, configuration_.host, {}};
        }
    }
    const net::Prefix block = block_around(address, pool.block_size);
    if (!configuration_.shared) {
        if (pool.strict_affinity) {
            return strict(address, block, "");
        }
        return Place{Ownership::Borrowed, block, "", {}};
    }
    auto place = claimed(table_.claim(block, pool.cidr, "address " + address.to_string()));
    if (!place || place->ownership == Ownership::OwnBlock) {
        return place;
    }
    if (pool.strict_affinity) {
        return strict(address, block, place->owner);
    }
    const auto heard = revision_of(heard_key(place->owner));
    if (!heard) {
        return heard.error();
    }
    if (*heard == store::Revision::Absent) {
        return owner_away(address, block, place->owner);
    }
    place->conditions.push_back({heard_key(place->owner), *heard});
    return place;
}

Result<std::vector<Place>> Places::own(const net::Prefix& wanted) const {
    std::vector<Place> places;
    for (const net::Prefix& block : own_) {
        if (!intersection(block, wanted)) {
            continue;
        }
        if (!configuration_.shared) {
            places.push_back({Ownership::OwnBlock, block, configuration_.host, {}});
            continue;
        }
        const auto found = table_.find(block);
        if (!found) {
            return store_failed(found.error());
        }
        if (*found && (*found)->block.host == configuration_.host) {
            places.push_back(place_of(**found, Ownership::OwnBlock));
        }
    }
    return places;
}

Result<std::optional<Place>> Places::claim_another(const net::Prefix& wanted,
                                                   const inventory::Pool& pool) {
    const auto in_pool = [&pool](const net::Prefix& block) { return pool.cidr.contains(block); };
    const auto owned = std::count_if(own_.begin(), own_.end(), in_pool);
    if (!configuration_.shared || static_cast<std::size_t>(owned) >= configuration_.most_blocks) {
        return std::optional<Place>();
    }
    const auto all = table_.all();
    if (!all) {
        return store_failed(all.error());
    }
    std::set<net::Prefix> known;
    for (const StoredBlock& stored : *all) {
        known.insert(stored.block.block);
    }
    const auto range = intersection(wanted, pool.cidr);
    if (!range) {
        return std::optional<Place>();
    }
    const net::Prefix first = block_around(range->address(), pool.block_size);
    net::Prefix block = first;
    do {
        if (!known.contains(block)) {
            auto place = claimed(table_.claim(block, pool.cidr, "no own block had an address"));
            if (!place) {
                return place.error();
            }
            if (place->ownership == Ownership::OwnBlock) {
                return std::optional(std::move(*place));
            }
        }
        block = block_around(next_in(pool.cidr, block.last()), pool.block_size);
    } while (block.overlaps(*range) && block != first);
    return std::optional<Place>();
}

Result<std::vector<Place>> Places::foreign(const net::Prefix& wanted,
                                           const inventory::Pool& pool) const {
    std::vector<Place> places;
    if (!configuration_.shared || pool.strict_affinity) {
        return places;
    }
    const auto all = table_.all();
    if (!all) {
        return store_failed(all.error());
    }
    for (const StoredBlock& stored : *all) {
        const bool ours = stored.block.host == configuration_.host;
        if (ours || stored.block.pool != pool.cidr || !intersection(stored.block.block, wanted)) {
            continue;
        }
        const auto heard = revision_of(heard_key(stored.block.host));
        if (!heard) {
            return heard.error();
        }
        if (*heard != store::Revision::Absent) {
            places.push_back(place_of(stored, Ownership::Borrowed));
            places.back().conditions.push_back({heard_key(stored.block.host), *heard});
        }
    }
    return places;
}

Result<std::vector<Block>> Places::blocks() const {
    std::vector<Block> blocks;
    if (!configuration_.shared) {
        for (const net::Prefix& block : own_) {
            for (const inventory::Pool& pool : configuration_.pools) {
                if (pool.cidr.contains(block)) {
                    blocks.push_back({block,
                                      pool.cidr,
                                      configuration_.host,
                                      BlockState::Confirmed,
                                      "configuration",
                                      {}});
                }
            }
        }
        return blocks;
    }
    const auto all = table_.all();
    if (!all) {
        return store_failed(all.error());
    }
    for (const StoredBlock& stored : *all) {
        blocks.push_back(stored.block);
    }
    std::sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) {
        return a.block < b.block;
    });
    return blocks;
}

Result<std::string> Places::who_has_what(const inventory::Pool& pool) const {
    std::string text;
    if (!configuration_.shared) {
        return text;
    }
    const auto all = table_.all();
    if (!all) {
        return store_failed(all.error());
    }
    std::map<std::string, int> counts;
    for (const StoredBlock& stored : *all) {
        if (stored.block.pool == pool.cidr) {
            ++counts[stored.block.host];
        }
    }
    for (const auto& [host, count] : counts) {
        text.append(text.empty() ? "" : ", ")
            .append(host + ": " + std::to_string(count) + (count == 1 ? " block" : " blocks"));
    }
    return text;
}

Result<store::Revision> Places::revision_of(const std::string& key) const {
    const auto entry = store_.get(key);
    if (!entry) {
        return store_failed(entry.error());
    }
    return *entry ? (*entry)->revision : store::Revision::Absent;
}

}  // namespace routeproof::ipam
