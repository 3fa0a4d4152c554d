// What a Peer says of itself.
#include "agent/peering/peer.hpp"

namespace routeproof::bgp {
namespace {

std::uint64_t& counter(MessageCounts& counts, MessageType type) {
    switch (type) {
        case MessageType::Open:
            return counts.open;
        case MessageType::Update:
            return counts.update;
        case MessageType::Notification:
            return counts.notification;
        case MessageType::Keepalive:
            return counts.keepalive;
        case MessageType::RouteRefresh:
            break;
    }
    return counts.route_refresh;
}

}  // namespace

void Peer::passed(Direction direction, MessageType type, std::size_t size) {
    MessageCounts& counts = direction == Direction::Sent ? sent_ : received_;
    ++counter(counts, type);
    counts.octets += size;
}

SessionStatus Peer::status() const {
    SessionStatus status;
    status.key = key_;
    status.name = config_.name;
    status.peer = config_.address;
    status.peer_as = config_.asn;
    status.local_address = config_.local_address;
    if (const auto where = whereabouts()) {
        status.peer = where->remote;
        status.local_address = where->local;
    }
    status.interface = config_.interface;
    status.state = noted_state_;
    status.since = since_;
    status.held = held_;
    status.last_error = last_error_;
    status.last_error_sent = last_error_sent_;
    status.last_error_received = last_error_received_;
    status.sent_messages = sent_;
    status.received_messages = received_;
    status.updates_sent = sent_.update;
    status.updates_received = received_.update;
    status.updates_malformed = updates_malformed_;
    status.faults = faults_;
    status.flaps = flaps_;
    status.bfd = bfd_;
    status.draining = routes_.draining();
    for (const AfiSafi family : local_open().families) {
        const net::Family kind = family.afi == Afi::IPv4 ? net::Family::IPv4 : net::Family::IPv6;
        FamilyStatus one;
        one.family = family;
        one.received = routes_.rib_in().size(kind);
        one.accepted = routes_.rib_in().accepted(kind);
        one.stale = routes_.rib_in().stale(kind);
        one.end_of_rib = established_ != nullptr && end_of_rib_.contains(family);
        if (const AdjRibOut* out = routes_.rib_out()) {
            one.advertised = out->sent_count(kind);
        }
        status.received += one.received;
        status.accepted += one.accepted;
        status.advertised += one.advertised;
        status.families.push_back(one);
    }
    if (!stale_.empty()) {
        status.restart = std::chrono::duration_cast<std::chrono::seconds>(
            stale_timer_.expiry() - std::chrono::steady_clock::now());
    }
    if (established_ != nullptr) {
        status.peer_as = negotiated_.peer_as;
        status.uptime = std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::steady_clock::now() - up_since_);
        status.hold_time = negotiated_.hold_time;
        status.negotiated = negotiated_;
    }
    return status;
}

}  // namespace routeproof::bgp
