// Two connections with one peer: which stays (RFC 4271 6.8, RFC 6286 2.3).
#pragma once

#include "agent/peering/state.hpp"
#include "inventory/net/asn.hpp"
#include "inventory/net/router_id.hpp"

namespace routeproof::bgp {

enum class Initiator : std::uint8_t { Us, Peer };
enum class CollisionVerdict : std::uint8_t { KeepBoth, CloseExisting, CloseNew };

struct Identity {
    net::RouterId id;
    net::Asn asn;
};

/// To be asked when an OPEN has been accepted on the new connection, for the other one. KeepBoth
/// while no OPEN has arrived on the other: it may already be dead, and closing the living one for
/// its sake makes both sides flap in step.
CollisionVerdict resolve_collision(State existing,
                                   Initiator existing_initiator,
                                   const Identity& local,
                                   const Identity& peer);

}  // namespace routeproof::bgp
