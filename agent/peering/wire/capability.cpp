#include "agent/peering/wire/capability.hpp"

namespace routeproof::bgp {
namespace {

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
        case CapabilityCode::FourOctetAs:
            return capability::FourOctetAs{net::Asn(value.u32())};
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
    void operator()(const capability::FourOctetAs& value) const {
        const auto length = begin(CapabilityCode::FourOctetAs);
        writer.u32(value.asn.value());
        writer.close_u8(length);
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
