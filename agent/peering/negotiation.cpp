#include "agent/peering/negotiation.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

Notification open_fault(std::uint8_t subcode, Bytes data = {}) {
    return {ErrorCode::Open, subcode, std::move(data)};
}

std::vector<AfiSafi> offered_families(const OpenMessage& peer) {
    std::vector<AfiSafi> families;
    for (const auto& capability : peer.capabilities) {
        if (const auto* offered = std::get_if<capability::Multiprotocol>(&capability)) {
            families.push_back(offered->family);
        }
    }
    // RFC 4760 8: only a peer that speaks of no family at all means IPv4 unicast.
    if (families.empty()) {
        families.push_back(kIpv4Unicast);
    }
    return families;
}

template <class T>
bool has(const OpenMessage& peer) {
    return std::any_of(peer.capabilities.begin(),
                       peer.capabilities.end(),
                       [](const Capability& one) { return std::holds_alternative<T>(one); });
}

Bytes family_capabilities(const LocalOpen& local) {
    Writer writer(0xFF);
    for (const auto& family : local.families) {
        write_capability(writer, capability::Multiprotocol{family});
    }
    return writer.take();
}

}  // namespace

OpenMessage make_open(const LocalOpen& local) {
    OpenMessage open;
    open.my_as = local.asn.fits_16_bits() ? local.asn : net::kAsTrans;
    open.hold_time = static_cast<std::uint16_t>(local.hold_time.count());
    open.bgp_identifier = local.router_id;
    for (const auto& family : local.families) {
        open.capabilities.emplace_back(capability::Multiprotocol{family});
    }
    open.capabilities.emplace_back(capability::RouteRefresh{});
    open.capabilities.emplace_back(capability::FourOctetAs{local.asn});
    return open;
}

Result<Negotiated> negotiate(const LocalOpen& local,
                             net::Asn expected_peer_as,
                             const OpenMessage& peer) {
    Negotiated agreed;
    agreed.peer_as = peer.asn();
    agreed.peer_id = peer.bgp_identifier;
    if (agreed.peer_as != expected_peer_as) {
        return open_fault(open_error::kBadPeerAs);
    }
    agreed.internal = agreed.peer_as == local.asn;
    // RFC 6286 2.2: any value but zero; within one AS it must differ from ours.
    if (agreed.peer_id.value() == 0 || (agreed.internal && agreed.peer_id == local.router_id)) {
        return open_fault(open_error::kBadBgpIdentifier);
    }
    const std::chrono::seconds proposed(peer.hold_time);
    if (proposed.count() == 1 || proposed.count() == 2) {
        return open_fault(open_error::kUnacceptableHoldTime);
    }
    agreed.hold_time = std::min(local.hold_time, proposed);
    agreed.keepalive = std::chrono::milliseconds(agreed.hold_time) / 3;
    agreed.four_octet_as = has<capability::FourOctetAs>(peer);
    agreed.route_refresh = has<capability::RouteRefresh>(peer);
    const auto offered = offered_families(peer);
    for (const auto& family : local.families) {
        if (std::find(offered.begin(), offered.end(), family) != offered.end()) {
            agreed.families.push_back(family);
        }
    }
    if (agreed.families.empty()) {
        return open_fault(open_error::kUnsupportedCapability, family_capabilities(local));
    }
    return agreed;
}

}  // namespace routeproof::bgp
