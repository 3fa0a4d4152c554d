#include "verifier/bgpdump/conversation.hpp"

#include "agent/peering/wire/header.hpp"
#include "verifier/bgpdump/timestamp.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace routeproof::bgpdump {
namespace {

namespace capability = bgp::capability;

template <class T>
const T* find(const bgp::OpenMessage& open) {
    for (const auto& one : open.capabilities) {
        if (const T* found = std::get_if<T>(&one)) {
            return found;
        }
    }
    return nullptr;
}

bool can(const bgp::OpenMessage& open, bgp::AfiSafi family, capability::AddPath::Mode mode) {
    const auto* offered = find<capability::AddPath>(open);
    return offered != nullptr &&
           std::any_of(offered->entries.begin(), offered->entries.end(), [&](const auto& entry) {
               return entry.family == family &&
                      (entry.mode == mode || entry.mode == capability::AddPath::Mode::Both);
           });
}

std::vector<bgp::AfiSafi> families_of(const bgp::OpenMessage& open) {
    std::vector<bgp::AfiSafi> families;
    for (const auto& one : open.capabilities) {
        if (const auto* offered = std::get_if<capability::Multiprotocol>(&one)) {
            families.push_back(offered->family);
        }
    }
    if (families.empty()) {
        families.push_back(bgp::kIpv4Unicast);  // RFC 4760 8
    }
    return families;
}

/// How what `sender` says to `receiver` is read.
Context agreed(const bgp::OpenMessage& sender, const bgp::OpenMessage& receiver) {
    Context context;
    context.update.four_octet_as = find<capability::FourOctetAs>(sender) != nullptr &&
                                   find<capability::FourOctetAs>(receiver) != nullptr;
    context.update.internal = sender.asn() == receiver.asn();
    context.extended_message = find<capability::ExtendedMessage>(receiver) != nullptr;
    context.update.families.clear();
    const auto theirs = families_of(receiver);
    for (const auto& family : families_of(sender)) {
        if (std::find(theirs.begin(), theirs.end(), family) != theirs.end()) {
            context.update.families.push_back(family);
        }
        if (can(sender, family, capability::AddPath::Mode::Send) &&
            can(receiver, family, capability::AddPath::Mode::Receive)) {
            context.update.add_path.push_back(family);
        }
    }
    return context;
}

constexpr std::size_t kMarker = 16;

struct Search {
    std::size_t skipped = 0;  // octets that belong to no message
    bool found = false;       // behind them stands a header
};

/// A marker alone is not enough: any run of 0xFF looks like one.
Search find_header(bgp::ByteView octets) {
    const bgp::Bytes marker(kMarker, 0xFF);
    for (auto from = octets.begin();; ++from) {
        from = std::search(from, octets.end(), marker.begin(), marker.end());
        const auto skipped = static_cast<std::size_t>(from - octets.begin());
        if (from == octets.end()) {  // the last octets may be the first of a marker
            return {octets.size() - std::min(octets.size(), kMarker - 1), false};
        }
        if (octets.size() - skipped < bgp::kHeaderSize) {
            return {skipped, false};
        }
        if (bgp::decode_header(octets.subspan(skipped), bgp::kMaxExtendedMessage)) {
            return {skipped, true};
        }
    }
}

}  // namespace

Conversations::Conversations(
    std::string name, std::uint16_t port, Context assumed, Sink sink, Complain complain)
    : name_(std::move(name)),
      port_(port),
      assumed_(std::move(assumed)),
      sink_(std::move(sink)),
      complain_(std::move(complain)) {}

void Conversations::packet(const Packet& packet) {
    const auto segment = segment_of(packet);
    if (!segment || (segment->from.port != port_ && segment->to.port != port_)) {
        return;
    }
    ++segments_;
    packet_ = packet.number;
    nanoseconds_ = packet.nanoseconds;
    const Key key{segment->from, segment->to};
    Direction& direction = directions_[key];
    if (segment->syn) {
        skip_gap(key, direction, true);
        direction = Direction();
        direction.stream.syn(segment->sequence);
        return;
    }
    direction.stream.segment(segment->sequence, segment->payload);
    hand_out(key, direction);
    skip_gap(key, direction, segment->reset);
}

void Conversations::finish() {
    for (auto& [key, direction] : directions_) {
        skip_gap(key, direction, true);
    }
}

void Conversations::skip_gap(const Key& key, Direction& direction, bool finally) {
    while (const std::uint32_t missing = direction.stream.skip_gap(finally)) {
        complain_(name_,
                  std::to_string(missing) + " octets from " + key.first.to_string() + " to " +
                      key.second.to_string() + " are not in the capture");
        direction.lost = true;
        hand_out(key, direction);
    }
}

void Conversations::hand_out(const Key& key, Direction& direction) {
    for (;;) {
        bgp::ByteView octets = direction.stream.ready();
        if (direction.lost) {
            const Search next = find_header(octets);
            direction.stream.consume(next.skipped);
            if (!next.found) {
                return;
            }
            direction.lost = false;
            octets = direction.stream.ready();
        }
        if (octets.size() < bgp::kHeaderSize) {
            return;
        }
        const Context context = context_of(key);
        const auto header =
            bgp::decode_header(octets.first(bgp::kHeaderSize), bgp::kMaxExtendedMessage);
        if (!header) {
            // Shown as it is, once; then the next header that can be read is looked for.
            sink_(source_of(key), Kind::Message, octets.first(bgp::kHeaderSize), context);
            direction.stream.consume(1);
            direction.lost = true;
            continue;
        }
        if (octets.size() < header->length) {
            return;
        }
        const bgp::ByteView message = octets.first(header->length);
        if (header->type == bgp::MessageType::Open) {
            if (auto open = bgp::decode_open(message.subspan(bgp::kHeaderSize))) {
                direction.open = std::move(*open);
            }
        }
        sink_(source_of(key), Kind::Message, message, context);
        direction.stream.consume(header->length);
    }
}

Context Conversations::context_of(const Key& key) const {
    const auto sender = directions_.find(key);
    const auto receiver = directions_.find({key.second, key.first});
    if (sender == directions_.end() || receiver == directions_.end() || !sender->second.open ||
        !receiver->second.open) {
        return assumed_;
    }
    return agreed(*sender->second.open, *receiver->second.open);
}

Source Conversations::source_of(const Key& key) const {
    return {{"packet", packet_},
            {"time", timestamp(nanoseconds_)},
            {"from", key.first.to_string()},
            {"to", key.second.to_string()}};
}

}  // namespace routeproof::bgpdump
