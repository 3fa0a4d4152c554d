// UPDATEs and rules of admission with good defaults, for the tests of the RIBs.
#pragma once

#include "agent/peering/adj_rib_in.hpp"
#include "tests/unit/agent/peering/support.hpp"

namespace routeproof::bgp {

inline const ImportPolicy kPool{{ImportRule{prefix("172.16.100.0/24"), true}}};

inline AdmissionContext host_rules() {
    return {net::Asn(65100), address("10.100.0.254"), kPool};
}

inline RouteSource leaf1() {
    return {address("10.100.0.253"), net::Asn(65000), net::RouterId(1), false};
}

inline RouteSource leaf2() {
    return {address("10.101.0.253"), net::Asn(65001), net::RouterId(2), false};
}

/// As the leaf itself would send it.
inline Update announce(const RouteSource& leaf, std::vector<net::Prefix> nlri) {
    Update update;
    update.attributes.origin = Origin::Igp;
    update.attributes.as_path = net::AsPath::sequence({leaf.peer_as, net::Asn(65101)});
    update.attributes.next_hop = leaf.peer;
    update.nlri = std::move(nlri);
    return update;
}

inline Update withdraw(std::vector<net::Prefix> prefixes) {
    Update update;
    update.withdrawn_routes = std::move(prefixes);
    return update;
}

}  // namespace routeproof::bgp
