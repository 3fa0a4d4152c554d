#include "agent/peering/config.hpp"

#include <stdexcept>

namespace routeproof::bgp {
namespace {

void require(bool fine, const std::string& what) {
    if (!fine) {
        throw std::invalid_argument("bgp: " + what);
    }
}

}  // namespace

std::string peer_key(const PeerConfig& config) {
    if (is_unnumbered(config)) {
        return config.interface;
    }
    const std::string address = config.address.to_string();
    return config.interface.empty() ? address : address + "%" + config.interface;
}

std::vector<AfiSafi> families_of(const PeerConfig& config) {
    if (!config.families.empty()) {
        return config.families;
    }
    if (is_unnumbered(config)) {
        return {kIpv4Unicast, kIpv6Unicast};
    }
    return {unicast(config.address.family())};
}

void check(const PeerConfig& peer, net::Asn own_asn) {
    const std::string who = "peer " + peer_key(peer) + ": ";
    const bool internal = !peer.any_external_asn && peer.asn == own_asn;
    require(peer.any_external_asn || peer.asn.value() != 0, who + "AS number 0");
    require(!peer.address.is_unspecified() || is_unnumbered(peer),
            who + "neither an address nor an interface");
    require(is_unnumbered(peer) || !peer.local_address.is_unspecified(),
            who + "local_address must be an address of this host");
    require(is_unnumbered(peer) || peer.address.family() == peer.local_address.family(),
            who + "its address and local_address are of different families");
    require(!peer.address.is_link_local() || peer.address.is_v4() || !peer.interface.empty(),
            who + "a link-local address needs an interface");
    const auto hold = peer.hold_time.count();
    require(hold == 0 || (hold >= 3 && hold <= 0xFFFF), who + "hold time must be 0 or 3-65535");
    require(!(peer.ttl_security_hops && peer.multihop),
            who + "ttl security and multihop exclude each other");
    require(peer.ttl_security_hops.value_or(1) >= 1 && peer.ttl_security_hops.value_or(1) <= 254,
            who + "ttl security must be 1-254 hops");
    require(peer.multihop.value_or(1) >= 1 && peer.multihop.value_or(1) <= 255,
            who + "multihop must be 1-255");
    require(peer.password.reveal().size() <= 80, who + "the password is longer than 80 octets");
    const auto restart = peer.graceful_restart.restart_time.count();
    require(!peer.graceful_restart.enabled || (restart >= 1 && restart <= 4095),
            who + "restart time must be 1-4095 seconds");
    require(!(internal && peer.role), who + "a role means nothing within one AS (RFC 9234)");
}

}  // namespace routeproof::bgp
