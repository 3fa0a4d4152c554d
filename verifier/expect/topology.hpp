// How a host's announcement reaches each router: breadth-first over the inventory's links.
#pragma once

#include "inventory/model.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace routeproof::verifier {

/// One router's shortest ways towards a set of hosts.
struct Approach {
    unsigned hops = 0;    // AS numbers in the shortest path; 1 on a leaf where a host peers
    bool direct = false;  // a host peers here
    std::vector<net::Address> peers;      // direct: the hosts' addresses on the peerings, sorted
    std::vector<net::Address> next_hops;  // every next hop on a shortest way, sorted

    friend bool operator==(const Approach&, const Approach&) = default;
};

/// The routers that an announcement of these hosts (several: anycast) reaches, by name. Every link
/// is eBGP and costs one AS. A router whose own AS stands on every shortest path would drop the
/// route as a loop (RFC 4271 9.1.2) and is not reached that way. Addresses of the prefix's family
/// are preferred; where a peering or link has none, the other family's count (RFC 8950).
std::map<std::string, Approach> approaches(const inventory::Inventory& inventory,
                                           const std::vector<const inventory::Host*>& hosts,
                                           net::Family family);

/// The routers that links connect with a router where the host peers, AS numbers left aside.
std::set<std::string> connected(const inventory::Inventory& inventory, const inventory::Host& host);

}  // namespace routeproof::verifier
