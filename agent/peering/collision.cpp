#include "agent/peering/collision.hpp"

#include <tuple>

namespace routeproof::bgp {
namespace {

// The side with the higher identifier keeps the connection it made; RFC 6286: equal identifiers are
// legal between two AS, then the higher AS number decides.
Initiator winner(const Identity& local, const Identity& peer) {
    const bool ours = std::tie(local.id, local.asn) > std::tie(peer.id, peer.asn);
    return ours ? Initiator::Us : Initiator::Peer;
}

}  // namespace

CollisionVerdict resolve_collision(State existing,
                                   Initiator existing_initiator,
                                   const Identity& local,
                                   const Identity& peer) {
    switch (existing) {
        case State::Established:
            return CollisionVerdict::CloseNew;
        case State::OpenConfirm:
            return winner(local, peer) == existing_initiator ? CollisionVerdict::CloseNew
                                                             : CollisionVerdict::CloseExisting;
        case State::Idle:
        case State::Connect:
        case State::Active:
        case State::OpenSent:
            break;
    }
    return CollisionVerdict::KeepBoth;
}

}  // namespace routeproof::bgp
