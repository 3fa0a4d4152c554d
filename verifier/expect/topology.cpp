#include "verifier/expect/topology.hpp"

#include <algorithm>
#include <set>

namespace routeproof::verifier {
namespace {

struct Adjacency {
    std::string neighbour;
    net::Address neighbour_address;
};

std::map<std::string, std::vector<Adjacency>> adjacencies(const inventory::Inventory& inventory) {
    std::map<std::string, std::vector<Adjacency>> result;
    for (const inventory::Link& link : inventory.links) {
        result[link.a].push_back({link.b, link.b_address});
        result[link.b].push_back({link.a, link.a_address});
    }
    return result;
}

void keep_family(std::vector<net::Address>& addresses, net::Family family) {
    const auto right = [family](const net::Address& a) { return a.family() == family; };
    if (std::any_of(addresses.begin(), addresses.end(), right)) {
        std::erase_if(addresses, [&right](const net::Address& a) { return !right(a); });
    }
    std::sort(addresses.begin(), addresses.end());
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
}

// The AS numbers that stand on every shortest path to a router, its own included.
using OnEveryPath = std::map<std::string, std::set<net::Asn>>;

void meet(std::set<net::Asn>& common, const std::set<net::Asn>& other) {
    std::erase_if(common, [&other](net::Asn asn) { return !other.contains(asn); });
}

}  // namespace

std::map<std::string, Approach> approaches(const inventory::Inventory& inventory,
                                           const std::vector<const inventory::Host*>& hosts,
                                           net::Family family) {
    std::map<std::string, Approach> reached;
    OnEveryPath on_every_path;
    std::set<std::string> frontier;
    for (const inventory::Host* host : hosts) {
        for (const inventory::Peering& peering : host->peerings) {
            const inventory::Router* router = inventory.router(peering.router);
            if (router == nullptr) {
                continue;
            }
            Approach& approach = reached[router->name];
            approach.hops = 1;
            approach.direct = true;
            approach.peers.push_back(peering.host_address);
            approach.next_hops.push_back(peering.host_address);
            on_every_path[router->name] = {router->asn};
            frontier.insert(router->name);
        }
    }

    const auto adjacent = adjacencies(inventory);
    for (unsigned hops = 2; !frontier.empty(); ++hops) {
        std::set<std::string> next;
        for (const std::string& from : frontier) {
            const auto at = adjacent.find(from);
            if (at == adjacent.end()) {
                continue;
            }
            for (const Adjacency& adjacency : at->second) {
                const inventory::Router* router = inventory.router(adjacency.neighbour);
                if (router == nullptr || on_every_path[from].contains(router->asn)) {
                    continue;
                }
                Approach& approach = reached[router->name];
                if (approach.hops != 0 && approach.hops < hops) {
                    continue;
                }
                std::set<net::Asn> path = on_every_path[from];
                path.insert(router->asn);
                if (approach.hops == 0) {
                    approach.hops = hops;
                    on_every_path[router->name] = path;
                    next.insert(router->name);
                } else {
                    meet(on_every_path[router->name], path);
                }
                // What the router sees as next hop is `from`'s end of the link between them.
                for (const Adjacency& back : adjacent.at(router->name)) {
                    if (back.neighbour == from) {
                        approach.next_hops.push_back(back.neighbour_address);
                    }
                }
            }
        }
        frontier = std::move(next);
    }
    for (auto& [name, approach] : reached) {
        keep_family(approach.peers, family);
        keep_family(approach.next_hops, family);
    }
    return reached;
}

std::set<std::string> connected(const inventory::Inventory& inventory,
                                const inventory::Host& host) {
    const auto adjacent = adjacencies(inventory);
    std::set<std::string> found;
    std::vector<std::string> frontier;
    for (const inventory::Peering& peering : host.peerings) {
        frontier.push_back(peering.router);
    }
    while (!frontier.empty()) {
        const std::string router = std::move(frontier.back());
        frontier.pop_back();
        const auto at = adjacent.find(router);
        if (!found.insert(router).second || at == adjacent.end()) {
            continue;
        }
        for (const Adjacency& adjacency : at->second) {
            frontier.push_back(adjacency.neighbour);
        }
    }
    return found;
}

}  // namespace routeproof::verifier
