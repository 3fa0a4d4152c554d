#include "verifier/bgpdump/segment.hpp"

namespace routeproof::bgpdump {
namespace {

using bgp::ByteView;
using bgp::Reader;

constexpr std::uint16_t kEtherIpv4 = 0x0800;
constexpr std::uint16_t kEtherIpv6 = 0x86DD;
constexpr std::uint8_t kTcp = 6;

bool is_vlan(std::uint16_t ether_type) {
    return ether_type == 0x8100 || ether_type == 0x88A8 || ether_type == 0x9100;
}

/// What follows an EtherType, VLAN tags skipped; empty if it is no IP.
ByteView behind_ether_type(Reader& reader) {
    std::uint16_t type = reader.u16();
    while (reader.ok() && is_vlan(type)) {
        reader.u16();
        type = reader.u16();
    }
    return type == kEtherIpv4 || type == kEtherIpv6 ? reader.rest() : ByteView{};
}

/// The IP packet in a frame.
ByteView network_layer(const Packet& packet) {
    Reader reader(packet.octets);
    switch (packet.link_type) {
        case 0:    // BSD loopback: an address family in the byte order of the machine
        case 108:  // the same in network order
            reader.bytes(4);
            return reader.rest();
        case 1:  // Ethernet
            reader.bytes(12);
            return behind_ether_type(reader);
        case 9: {  // PPP, with or without address and control
            std::uint16_t protocol = reader.u16();
            if (protocol == 0xFF03) {
                protocol = reader.u16();
            }
            return protocol == 0x0021 || protocol == 0x0057 ? reader.rest() : ByteView{};
        }
        case 12:  // raw IP, as some systems write it
        case 14:
        case 101:  // raw IP
        case 228:  // raw IPv4
        case 229:  // raw IPv6
            return reader.rest();
        case 113:  // Linux cooked
            reader.bytes(14);
            return behind_ether_type(reader);
        case 276: {  // Linux cooked, version 2: the protocol stands first
            const std::uint16_t type = reader.u16();
            reader.bytes(18);
            if (is_vlan(type)) {
                reader.u16();
                return behind_ether_type(reader);
            }
            return reader.rest();
        }
        default:
            return {};
    }
}

net::Address address(ByteView octets) {
    const auto read = net::Address::from_octets(octets);
    return read ? *read : net::Address{};
}

struct Datagram {
    net::Address from;
    net::Address to;
    ByteView payload;
};

std::optional<Datagram> ipv4(ByteView packet) {
    Reader reader(packet);
    const std::size_t header = (reader.u8() & 0x0FU) * std::size_t{4};
    reader.u8();
    const std::size_t total = reader.u16();
    reader.u16();
    const std::uint16_t fragment = reader.u16();
    reader.u8();
    const std::uint8_t protocol = reader.u8();
    reader.u16();
    const ByteView from = reader.bytes(4);
    const ByteView to = reader.bytes(4);
    // A length of 0 is what segmentation offload leaves behind: all that was captured.
    const std::size_t size = total == 0 ? packet.size() : std::min(total, packet.size());
    const bool fits = reader.ok() && header >= 20 && header <= size;
    if (!fits || protocol != kTcp || (fragment & 0x3FFFU) != 0) {
        return std::nullopt;
    }
    return Datagram{address(from), address(to), packet.subspan(header, size - header)};
}

std::optional<Datagram> ipv6(ByteView packet) {
    Reader reader(packet);
    reader.u32();
    const std::size_t length = reader.u16();
    std::uint8_t next = reader.u8();
    reader.u8();
    const ByteView from = reader.bytes(16);
    const ByteView to = reader.bytes(16);
    if (!reader.ok()) {
        return std::nullopt;
    }
    Reader payload(length == 0 ? reader.rest()
                               : reader.bytes(std::min(length, reader.remaining())));
    // Hop-by-hop, routing, destination options: each says how long it is.
    while (payload.ok() && (next == 0 || next == 43 || next == 60)) {
        next = payload.u8();
        const std::size_t size = payload.u8();
        payload.bytes(size * 8 + 6);
    }
    if (!payload.ok() || next != kTcp) {
        return std::nullopt;
    }
    return Datagram{address(from), address(to), payload.rest()};
}

}  // namespace

std::string Endpoint::to_string() const {
    const std::string text = address.to_string();
    return (address.is_v4() ? text : '[' + text + ']') + ':' + std::to_string(port);
}

std::optional<Segment> segment_of(const Packet& packet) {
    const ByteView network = network_layer(packet);
    if (network.empty()) {
        return std::nullopt;
    }
    const unsigned version = network[0] >> 4;
    const auto datagram = version == 4   ? ipv4(network)
                          : version == 6 ? ipv6(network)
                                         : std::nullopt;
    if (!datagram) {
        return std::nullopt;
    }
    Reader reader(datagram->payload);
    Segment segment;
    segment.from = {datagram->from, reader.u16()};
    segment.to = {datagram->to, reader.u16()};
    segment.sequence = reader.u32();
    reader.u32();
    const std::size_t header = (reader.u8() >> 4) * std::size_t{4};
    const std::uint8_t flags = reader.u8();
    if (!reader.ok() || header < 20 || header > datagram->payload.size()) {
        return std::nullopt;
    }
    segment.fin = (flags & 0x01U) != 0;
    segment.syn = (flags & 0x02U) != 0;
    segment.reset = (flags & 0x04U) != 0;
    segment.payload = datagram->payload.subspan(header);
    return segment;
}

}  // namespace routeproof::bgpdump
