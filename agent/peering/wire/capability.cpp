#include "agent/peering/wire/capability.hpp"

namespace routeproof::bgp {
namespace {

// Of the Restart Flags and Restart Time (RFC 4724 3, RFC 8538 2)
constexpr std::uint16_t kRestarting = 0x8000;
constexpr std::uint16_t kNotification = 0x4000;
constexpr std::uint16_t kRestartTime = 0x0FFF;
constexpr std::uint8_t kForwarding = 0x80;

AfiSafi read_family(Reader& value) {
    const auto afi = static_cast<Afi>(value.u16());
    const auto safi = static_cast<Safi>(value.u8());
    return {afi, safi};
}

void write_family(Writer& writer, AfiSafi family) {
    writer.u16(static_cast<std::uint16_t>(family.afi));
    writer.u8(static_cast<std::uint8_t>(family.safi));
}

capability::ExtendedNextHop read_extended_next_hop(Reader& value) {
    capability::ExtendedNextHop capability;
    while (!value.empty()) {
        // Here the SAFI has two octets, unlike anywhere else (RFC 8950 4).
        const auto afi = static_cast<Afi>(value.u16());
        const std::uint16_t safi = value.u16();
        const auto next_hop = static_cast<Afi>(value.u16());
        if (safi <= 0xFF) {  // no other can be meant by anything else in BGP
            capability.entries.push_back({{afi, static_cast<Safi>(safi)}, next_hop});
        }
    }
    return capability;
}

capability::GracefulRestart read_graceful_restart(Reader& value) {
    capability::GracefulRestart capability;
    const std::uint16_t head = value.u16();
    capability.restarting = (head & kRestarting) != 0;
    capability.notification = (head & kNotification) != 0;
    capability.restart_time = head & kRestartTime;
    while (!value.empty()) {
        const AfiSafi family = read_family(value);
        capability.entries.push_back({family, (value.u8() & kForwarding) != 0});
    }
    return capability;
}

capability::AddPath read_add_path(Reader& value) {
    capability::AddPath capability;
    while (!value.empty()) {
        const AfiSafi family = read_family(value);
        const std::uint8_t mode = value.u8();
        if (mode >= 1 && mode <= 3) {  // RFC 7911 4: other values are ignored
            capability.entries.push_back({family, static_cast<capability::AddPath::Mode>(mode)});
        }
    }
    return capability;
}

Capability read_capability(std::uint8_t code, Reader& value) {
    switch (static_cast<CapabilityCode>(code)) {
        case CapabilityCode::Multiprotocol: {
            const auto afi = static_cast<Afi>(value.u16());
            value.u8();  // reserved: sent as zero, not looked at
            const auto safi = static_cast<Safi>(value.u8());
            return capability::Multiprotocol{{afi, safi}};
        }
        case CapabilityCode::RouteRefresh:
            return capability::RouteRefresh{};
        case CapabilityCode::ExtendedNextHop:
            return read_extended_next_hop(value);
        case CapabilityCode::ExtendedMessage:
            return capability::ExtendedMessage{};
        case CapabilityCode::Role:
            return capability::Role{static_cast<Role>(value.u8())};
        case CapabilityCode::GracefulRestart:
            return read_graceful_restart(value);
        case CapabilityCode::FourOctetAs:
            return capability::FourOctetAs{net::Asn(value.u32())};
        case CapabilityCode::AddPath:
            return read_add_path(value);
        case CapabilityCode::EnhancedRouteRefresh:
            return capability::EnhancedRouteRefresh{};
        case CapabilityCode::LongLivedRestart:
        case CapabilityCode::Fqdn:
        case CapabilityCode::SoftwareVersion:
            break;  // for people only
    }
    const ByteView octets = value.rest();
    return capability::Unknown{code, Bytes(octets.begin(), octets.end())};
}

struct Encoder {
    Writer& writer;

    std::size_t begin(CapabilityCode code) const {
        writer.u8(static_cast<std::uint8_t>(code));
        return writer.open_u8();
    }
    void operator()(const capability::Multiprotocol& value) const {
        const auto length = begin(CapabilityCode::Multiprotocol);
        writer.u16(static_cast<std::uint16_t>(value.family.afi));
        writer.u8(0);
        writer.u8(static_cast<std::uint8_t>(value.family.safi));
        writer.close_u8(length);
    }
    void operator()(const capability::RouteRefresh&) const {
        writer.close_u8(begin(CapabilityCode::RouteRefresh));
    }
    void operator()(const capability::ExtendedNextHop& value) const {
        const auto length = begin(CapabilityCode::ExtendedNextHop);
        for (const auto& entry : value.entries) {
            writer.u16(static_cast<std::uint16_t>(entry.family.afi));
            writer.u16(static_cast<std::uint16_t>(entry.family.safi));
            writer.u16(static_cast<std::uint16_t>(entry.next_hop));
        }
        writer.close_u8(length);
    }
    void operator()(const capability::ExtendedMessage&) const {
        writer.close_u8(begin(CapabilityCode::ExtendedMessage));
    }
    void operator()(const capability::Role& value) const {
        const auto length = begin(CapabilityCode::Role);
        writer.u8(static_cast<std::uint8_t>(value.role));
        writer.close_u8(length);
    }
    void operator()(const capability::GracefulRestart& value) const {
        const auto length = begin(CapabilityCode::GracefulRestart);
        writer.u16(static_cast<std::uint16_t>((value.restarting ? kRestarting : 0) |
                                              (value.notification ? kNotification : 0) |
                                              (value.restart_time & kRestartTime)));
        for (const auto& entry : value.entries) {
            write_family(writer, entry.family);
            writer.u8(entry.forwarding_preserved ? kForwarding : 0);
        }
        writer.close_u8(length);
    }
    void operator()(const capability::FourOctetAs& value) const {
        const auto length = begin(CapabilityCode::FourOctetAs);
        writer.u32(value.asn.value());
        writer.close_u8(length);
    }
    void operator()(const capability::AddPath& value) const {
        const auto length = begin(CapabilityCode::AddPath);
        for (const auto& entry : value.entries) {
            write_family(writer, entry.family);
            writer.u8(static_cast<std::uint8_t>(entry.mode));
        }
        writer.close_u8(length);
    }
    void operator()(const capability::EnhancedRouteRefresh&) const {
        writer.close_u8(begin(CapabilityCode::EnhancedRouteRefresh));
    }
    void operator()(const capability::Unknown& value) const {
        const auto length = begin(static_cast<CapabilityCode>(value.code));
        writer.bytes(value.value);
        writer.close_u8(length);
    }
};

}  // namespace

void read_capabilities(Reader& reader, std::vector<Capability>& capabilities) {
    while (!reader.empty()) {
        const std::uint8_t code = reader.u8();
        Reader value = reader.sub(reader.u8());
        Capability capability = read_capability(code, value);
        if (!value.ok() || !value.empty()) {
            reader.fail();
            return;
        }
        capabilities.push_back(std::move(capability));
    }
}

void write_capability(Writer& writer, const Capability& capability) {
    std::visit(Encoder{writer}, capability);
}

}  // namespace routeproof::bgp
