#include "inventory/rules.hpp"

#include "inventory/suggest.hpp"

#include <algorithm>
#include <map>

namespace routeproof::inventory {
namespace {

using net::Prefix;

std::string line_of(const Location& where) {
    return where.line > 0 ? " (line " + std::to_string(where.line) + ")" : "";
}

void pools_do_not_overlap(const std::vector<Pool>& pools, Diagnostics& out) {
    for (std::size_t i = 0; i < pools.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const Pool& pool = pools[i];
            const Pool& other = pools[j];
            if (pool.cidr.overlaps(other.cidr)) {
                out.emplace_back(pool.where,
                                 "pool " + pool.name + " (" + pool.cidr.to_string() +
                                     ") overlaps pool " + other.name + " (" +
                                     other.cidr.to_string() + ")" + line_of(other.where),
                                 "give every pool its own range");
            }
        }
    }
}

void blocks_fit_their_pools(const std::vector<Pool>& pools, Diagnostics& out) {
    for (const Pool& pool : pools) {
        if (pool.block_size < pool.cidr.length()) {
            out.emplace_back(
                pool.where,
                "pool " + pool.name + ": a block of /" + std::to_string(pool.block_size) +
                    " is larger than the pool " + pool.cidr.to_string(),
                "write a block_size of " + std::to_string(pool.cidr.length()) + " or more");
        }
    }
}

void blocks_have_one_owner(const Inventory& inventory, Diagnostics& out) {
    std::vector<std::pair<Prefix, const Host*>> seen;
    for (const Host& host : inventory.hosts) {
        for (const Prefix& block : host.blocks) {
            for (const auto& [other, owner] : seen) {
                if (owner != &host && block.overlaps(other)) {
                    out.emplace_back(host.where,
                                     "host " + host.name + ": block " + block.to_string() +
                                         " is already owned by host " + owner->name +
                                         line_of(owner->where),
                                     "a block has one owner");
                }
            }
            seen.emplace_back(block, &host);
        }
    }
}

// Every host is an AS of its own (RFC 7938 5.2.1 carried down to the servers), so the origin AS of
// a route names the host. Routers of one tier may share a number.
void as_numbers_identify_hosts(const Inventory& inventory, Diagnostics& out) {
    std::map<net::Asn, const Host*> hosts;
    for (const Host& host : inventory.hosts) {
        if (const auto [at, added] = hosts.emplace(host.asn, &host); !added) {
            out.emplace_back(host.where,
                             "host " + host.name + ": AS " + host.asn.to_string() +
                                 " is already the AS of host " + at->second->name +
                                 line_of(at->second->where),
                             "every host needs an AS of its own");
        }
        for (const Router& router : inventory.routers) {
            if (router.asn == host.asn) {
                out.emplace_back(host.where,
                                 "host " + host.name + ": AS " + host.asn.to_string() +
                                     " is the AS of router " + router.name + line_of(router.where),
                                 "every host needs an AS of its own");
            }
        }
    }
}

void names_are_unique(const Inventory& inventory, Diagnostics& out) {
    for (const Host& host : inventory.hosts) {
        if (const Router* router = inventory.router(host.name)) {
            out.emplace_back(
                host.where,
                "host " + host.name + ": a router has the same name" + line_of(router->where),
                "rename one of them");
        }
    }
}

void router_is_known(const Inventory& inventory,
                     const std::string& name,
                     const std::string& who,
                     const Location& where,
                     Diagnostics& out) {
    if (inventory.router(name) != nullptr) {
        return;
    }
    std::vector<std::string_view> known;
    for (const Router& router : inventory.routers) {
        known.push_back(router.name);
    }
    out.emplace_back(
        where, who + ": no router is called \"" + name + "\"", suggestion(name, known));
}

void references_are_known(const Inventory& inventory, Diagnostics& out) {
    for (const Host& host : inventory.hosts) {
        if (host.peerings.empty()) {
            out.emplace_back(host.where,
                             "host " + host.name + " has no peering",
                             "list the leaves it speaks BGP with under \"peerings\"");
        }
        for (const Peering& peering : host.peerings) {
            router_is_known(inventory, peering.router, "host " + host.name, peering.where, out);
        }
    }
    for (const Link& link : inventory.links) {
        router_is_known(inventory, link.a, "link", link.where, out);
        router_is_known(inventory, link.b, "link", link.where, out);
        if (link.a == link.b) {
            out.emplace_back(link.where, "link: both ends are router " + link.a);
        }
    }
}

// An address belongs to one machine. One machine may use an address twice (managed in band, several
// hosts on one subnet of a leaf); two machines with one address are a mistake of copying.
class AddressOwners {
public:
    AddressOwners(const Inventory& inventory, Diagnostics& out)
        : inventory_(inventory), out_(out) {}

    void claim(const net::Address& address, const std::string& owner, const Location& where) {
        const auto [at, added] = owners_.try_emplace(address, Owner{owner, where});
        if (!added) {
            if (at->second.name != owner) {
                out_.emplace_back(where,
                                  address.to_string() + " of " + owner +
                                      " is already the address of " + at->second.name +
                                      line_of(at->second.where),
                                  "give each its own address");
            }
            return;
        }
        for (const Pool& pool : inventory_.pools) {
            if (pool.cidr.contains(address)) {
                out_.emplace_back(where,
                                  address.to_string() + " of " + owner + " lies inside pool " +
                                      pool.name + ", whose addresses belong to containers",
                                  "number links and management outside of pools");
            }
        }
    }

private:
    struct Owner {
        std::string name;
        Location where;
    };
    const Inventory& inventory_;
    Diagnostics& out_;
    std::map<net::Address, Owner> owners_;
};

void addresses_have_one_owner(const Inventory& inventory, Diagnostics& out) {
    AddressOwners owners(inventory, out);
    const auto management =
        [&owners](const Access& access, const std::string& owner, const Location& at) {
            // Names are left to the resolver.
            if (const auto address = net::Address::parse(access.address); address) {
                owners.claim(*address, owner, at);
            }
        };
    for (const Router& router : inventory.routers) {
        management(router.access, "router " + router.name, router.where);
    }
    for (const Host& host : inventory.hosts) {
        management(host.access, "host " + host.name, host.where);
        for (const Peering& peering : host.peerings) {
            owners.claim(peering.host_address, "host " + host.name, peering.where);
            owners.claim(peering.router_address, "router " + peering.router, peering.where);
        }
    }
    for (const Link& link : inventory.links) {
        owners.claim(link.a_address, "router " + link.a, link.where);
        owners.claim(link.b_address, "router " + link.b, link.where);
    }
}

void peerings_are_of_one_family(const Inventory& inventory, Diagnostics& out) {
    for (const Host& host : inventory.hosts) {
        for (const Peering& peering : host.peerings) {
            if (peering.host_address.family() != peering.router_address.family()) {
                out.emplace_back(peering.where,
                                 "host " + host.name + ": " + peering.host_address.to_string() +
                                     " and " + peering.router_address.to_string() +
                                     " are of different families",
                                 "a BGP session runs between two IPv4 or two IPv6 addresses");
            }
        }
    }
}

}  // namespace

Diagnostics broken_pool_rules(const std::vector<Pool>& pools) {
    Diagnostics out;
    pools_do_not_overlap(pools, out);
    blocks_fit_their_pools(pools, out);
    return out;
}

Diagnostics broken_block_rules(const std::vector<Prefix>& blocks,
                               const std::vector<Pool>& pools,
                               const std::string& owner,
                               const Location& where) {
    Diagnostics out;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const Prefix& block = blocks[i];
        const auto pool = std::find_if(pools.begin(), pools.end(), [&block](const Pool& candidate) {
            return candidate.cidr.contains(block);
        });
        if (pool == pools.end()) {
            out.emplace_back(where,
                             owner + ": block " + block.to_string() + " lies in no pool",
                             "add the pool, or mend the block");
        } else if (block.length() != pool->block_size) {
            out.emplace_back(
                where,
                owner + ": block " + block.to_string() + " is not one block of pool " + pool->name,
                "blocks there are /" + std::to_string(pool->block_size));
        }
        if (std::find(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(i), block) !=
            blocks.begin() + static_cast<std::ptrdiff_t>(i)) {
            out.emplace_back(where, owner + ": block " + block.to_string() + " is listed twice");
        }
    }
    return out;
}

Diagnostics broken_rules(const Inventory& inventory) {
    Diagnostics out = broken_pool_rules(inventory.pools);
    for (const Host& host : inventory.hosts) {
        const Diagnostics blocks =
            broken_block_rules(host.blocks, inventory.pools, "host " + host.name, host.where);
        out.insert(out.end(), blocks.begin(), blocks.end());
    }
    blocks_have_one_owner(inventory, out);
    as_numbers_identify_hosts(inventory, out);
    names_are_unique(inventory, out);
    references_are_known(inventory, out);
    addresses_have_one_owner(inventory, out);
    peerings_are_of_one_family(inventory, out);
    return out;
}

}  // namespace routeproof::inventory
