// A learned route as the RIBs hold it.
#pragma once

#include "agent/peering/wire/attribute.hpp"
#include "inventory/net/router_id.hpp"

#include <memory>

namespace routeproof::bgp {

/// Where a route came from: what the last steps of the decision compare.
struct RouteSource {
    net::Address peer;
    net::Asn peer_as;
    net::RouterId peer_id;
    bool internal = false;

    friend bool operator==(const RouteSource&, const RouteSource&) = default;
};

/// All prefixes of one UPDATE share their attributes.
using SharedAttributes = std::shared_ptr<const PathAttributes>;

struct Route {
    SharedAttributes attributes;
    net::Address next_hop;
    RouteSource source;
};

}  // namespace routeproof::bgp
