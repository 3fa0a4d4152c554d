#include "agent/peering/negotiation.hpp"

#include "agent/peering/wire/header.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

Notification open_fault(std::uint8_t subcode, Bytes data = {}) {
    return {ErrorCode::Open, subcode, std::move(data)};
}

bool contains(const std::vector<AfiSafi>& families, AfiSafi family) {
    return std::find(families.begin(), families.end(), family) != families.end();
}

// In the order of the first.
std::vector<AfiSafi> common(const std::vector<AfiSafi>& ours, const std::vector<AfiSafi>& theirs) {
    std::vector<AfiSafi> both;
    std::copy_if(ours.begin(), ours.end(), std::back_inserter(both), [&](AfiSafi family) {
        return contains(theirs, family);
    });
    return both;
}

template <class T, class Visit>
void for_each(const OpenMessage& open, Visit visit) {
    for (const auto& capability : open.capabilities) {
        if (const auto* found = std::get_if<T>(&capability)) {
            visit(*found);
        }
    }
}

template <class T>
bool has(const OpenMessage& open) {
    bool found = false;
    for_each<T>(open, [&found](const T&) { found = true; });
    return found;
}

std::vector<AfiSafi> offered_families(const OpenMessage& peer) {
    std::vector<AfiSafi> families;
    for_each<capability::Multiprotocol>(
        peer, [&](const auto& offered) { families.push_back(offered.family); });
    // RFC 4760 8: only a peer that speaks of no family at all means IPv4 unicast.
    if (families.empty()) {
        families.push_back(kIpv4Unicast);
    }
    return families;
}

Afi other(Afi afi) {
    return afi == Afi::IPv4 ? Afi::IPv6 : Afi::IPv4;
}

std::vector<AfiSafi> offered_next_hops(const OpenMessage& peer) {
    std::vector<AfiSafi> families;
    for_each<capability::ExtendedNextHop>(peer, [&](const auto& offered) {
        for (const auto& entry : offered.entries) {
            if (entry.next_hop == other(entry.family.afi)) {
                families.push_back(entry.family);
            }
        }
    });
    return families;
}

// Families in which the peer would send path identifiers.
std::vector<AfiSafi> offered_paths(const OpenMessage& peer) {
    std::vector<AfiSafi> families;
    for_each<capability::AddPath>(peer, [&](const auto& offered) {
        for (const auto& entry : offered.entries) {
            if (entry.mode == capability::AddPath::Mode::Send ||
                entry.mode == capability::AddPath::Mode::Both) {
                families.push_back(entry.family);
            }
        }
    });
    return families;
}

Bytes family_capabilities(const LocalOpen& local) {
    Writer writer(0xFF);
    for (const auto& family : local.families) {
        write_capability(writer, capability::Multiprotocol{family});
    }
    return writer.take();
}

// RFC 9234 4.2, table 2.
Role counterpart(Role role) {
    switch (role) {
        case Role::Provider:
            return Role::Customer;
        case Role::Customer:
            return Role::Provider;
        case Role::RouteServer:
            return Role::RouteServerClient;
        case Role::RouteServerClient:
            return Role::RouteServer;
        case Role::Peer:
            break;
    }
    return Role::Peer;
}

// False: 2/11. The same role twice is one; two different ones are a mismatch.
bool agree_on_roles(const LocalOpen& local, const OpenMessage& peer, Negotiated& agreed) {
    agreed.role = local.role;
    bool contradiction = false;
    for_each<capability::Role>(peer, [&](const auto& offered) {
        contradiction = contradiction || (agreed.peer_role && *agreed.peer_role != offered.role);
        agreed.peer_role = offered.role;
    });
    if (contradiction) {
        return false;
    }
    if (!local.role) {
        return true;  // RFC 9234 4.2: only who has a role of its own compares
    }
    return agreed.peer_role ? *agreed.peer_role == counterpart(*local.role) : !local.role_strict;
}

void agree_on_restart(const LocalOpen& local, const OpenMessage& peer, Negotiated& agreed) {
    if (!local.graceful_restart) {
        return;
    }
    // RFC 4724 3: of several instances the last one counts.
    for_each<capability::GracefulRestart>(
        peer, [&](const auto& offered) { agreed.graceful_restart = offered; });
    agreed.notification_restart = agreed.graceful_restart && agreed.graceful_restart->notification;
}

void agree_on_capabilities(const LocalOpen& local, const OpenMessage& peer, Negotiated& agreed) {
    agreed.four_octet_as = has<capability::FourOctetAs>(peer);
    agreed.route_refresh = has<capability::RouteRefresh>(peer);
    agreed.enhanced_route_refresh = has<capability::EnhancedRouteRefresh>(peer);
    agreed.extended_next_hop =
        common(common(local.extended_next_hop, agreed.families), offered_next_hops(peer));
    agreed.add_path = common(common(local.add_path_receive, agreed.families), offered_paths(peer));
    agreed.max_received = kMaxExtendedMessage;  // RFC 8654: by what we sent, each way by itself
    if (has<capability::ExtendedMessage>(peer)) {
        agreed.max_message = kMaxExtendedMessage;
    }
    agree_on_restart(local, peer, agreed);
}

}  // namespace

OpenMessage make_open(const LocalOpen& local) {
    OpenMessage open;
    open.my_as = local.asn.fits_16_bits() ? local.asn : net::kAsTrans;
    open.hold_time = static_cast<std::uint16_t>(local.hold_time.count());
    open.bgp_identifier = local.router_id;
    if (!local.capabilities) {
        return open;
    }
    auto& capabilities = open.capabilities;
    for (const auto& family : local.families) {
        capabilities.emplace_back(capability::Multiprotocol{family});
    }
    capabilities.emplace_back(capability::RouteRefresh{});
    if (!local.extended_next_hop.empty()) {
        capability::ExtendedNextHop offer;
        for (const auto& family : local.extended_next_hop) {
            offer.entries.push_back({family, other(family.afi)});
        }
        capabilities.emplace_back(std::move(offer));
    }
    capabilities.emplace_back(capability::ExtendedMessage{});
    if (local.role) {
        capabilities.emplace_back(capability::Role{*local.role});
    }
    if (local.graceful_restart) {
        capability::GracefulRestart offer;
        offer.restarting = local.graceful_restart->restarting;
        offer.notification = true;
        offer.restart_time = static_cast<std::uint16_t>(local.graceful_restart->time.count());
        for (const auto& family : local.families) {
            offer.entries.push_back({family, local.graceful_restart->forwarding_preserved});
        }
        capabilities.emplace_back(std::move(offer));
    }
    capabilities.emplace_back(capability::FourOctetAs{local.asn});
    if (!local.add_path_receive.empty()) {
        capability::AddPath offer;
        for (const auto& family : local.add_path_receive) {
            offer.entries.push_back({family, capability::AddPath::Mode::Receive});
        }
        capabilities.emplace_back(std::move(offer));
    }
    capabilities.emplace_back(capability::EnhancedRouteRefresh{});
    return open;
}

Result<Negotiated> negotiate(const LocalOpen& local,
                             std::optional<net::Asn> expected_peer_as,
                             const OpenMessage& peer) {
    Negotiated agreed;
    agreed.peer_as = peer.asn();
    agreed.peer_id = peer.bgp_identifier;
    agreed.internal = agreed.peer_as == local.asn;
    const bool expected = expected_peer_as ? agreed.peer_as == *expected_peer_as
                                           : !agreed.internal && agreed.peer_as != net::kAsTrans;
    if (!expected || agreed.peer_as.value() == 0) {  // RFC 7607: nobody is AS 0
        return open_fault(open_error::kBadPeerAs);
    }
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
    const std::vector<AfiSafi> plain{kIpv4Unicast};
    agreed.families = common(common(local.families, local.capabilities ? local.families : plain),
                             offered_families(peer));
    if (agreed.families.empty()) {
        return open_fault(open_error::kUnsupportedCapability, family_capabilities(local));
    }
    if (local.capabilities) {
        if (!agree_on_roles(local, peer, agreed)) {
            return open_fault(open_error::kRoleMismatch);
        }
        agree_on_capabilities(local, peer, agreed);
    }
    return agreed;
}

std::string difference(const LocalOpen& before, const LocalOpen& after) {
    std::string names;
    const auto compare = [&names](bool equal, std::string_view name) {
        if (!equal) {
            names += names.empty() ? "" : ", ";
            names += name;
        }
    };
    const auto restart_time = [](const LocalOpen& open) {
        return open.graceful_restart ? open.graceful_restart->time : std::chrono::seconds(-1);
    };
    compare(before.asn == after.asn, "AS number");
    compare(before.router_id == after.router_id, "router id");
    compare(before.hold_time == after.hold_time, "hold time");
    compare(before.families == after.families, "families");
    compare(before.extended_next_hop == after.extended_next_hop, "extended next hop");
    compare(before.add_path_receive == after.add_path_receive, "add-path");
    compare(restart_time(before) == restart_time(after), "graceful restart");
    compare(before.role == after.role && before.role_strict == after.role_strict, "role");
    return names;
}

}  // namespace routeproof::bgp
