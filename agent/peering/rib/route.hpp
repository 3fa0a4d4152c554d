// A learned route as the RIBs hold it.
#pragma once

#include "agent/peering/rib/intern_pool.hpp"
#include "agent/peering/wire/attribute.hpp"
#include "inventory/net/router_id.hpp"

namespace routeproof::bgp {

/// Where packets go. A link-local address means something on one interface only.
struct NextHop {
    net::Address address;
    std::uint32_t interface = 0;  // its index; 0 unless the address is link-local

    friend auto operator<=>(const NextHop&, const NextHop&) = default;
};
std::ostream& operator<<(std::ostream& out, const NextHop& next_hop);

/// Where a route came from: what the last steps of the decision compare.
struct RouteSource {
    net::Address peer;
    net::Asn peer_as;
    net::RouterId peer_id;
    bool internal = false;

    friend bool operator==(const RouteSource&, const RouteSource&) = default;
};

/// What the prefixes of one UPDATE share.
struct ReceivedAttributes {
    PathAttributes path;
    NextHop next_hop;

    friend bool operator==(const ReceivedAttributes&, const ReceivedAttributes&) = default;
};
struct HashReceivedAttributes {
    std::size_t operator()(const ReceivedAttributes& attributes) const;
};
/// Shared by all peers: two leaves that pass on one route send the same communities, and each of
/// them sends the same attributes with thousands of prefixes.
using AttributePool = InternPool<ReceivedAttributes, HashReceivedAttributes>;

/// A candidate in a decision. The attributes live as long as nobody touches the RIB.
struct Route {
    const PathAttributes* attributes = nullptr;
    NextHop next_hop;
    RouteSource source;
};

}  // namespace routeproof::bgp
