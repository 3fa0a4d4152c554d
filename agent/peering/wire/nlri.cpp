#include "agent/peering/wire/nlri.hpp"

#include <algorithm>
#include <array>
#include <ostream>

namespace routeproof::bgp {

std::optional<net::Family> family_of(AfiSafi family) {
    if (family == kIpv4Unicast) {
        return net::Family::IPv4;
    }
    if (family == kIpv6Unicast) {
        return net::Family::IPv6;
    }
    return std::nullopt;
}

std::string to_string(AfiSafi family) {
    if (const auto known = family_of(family)) {
        return *known == net::Family::IPv4 ? "ipv4-unicast" : "ipv6-unicast";
    }
    return "afi " + std::to_string(static_cast<unsigned>(family.afi)) + " safi " +
           std::to_string(static_cast<unsigned>(family.safi));
}

std::ostream& operator<<(std::ostream& out, AfiSafi family) {
    return out << to_string(family);
}

namespace {

bool read_prefix(Reader& reader, net::Family family, std::vector<net::Prefix>& prefixes) {
    const unsigned length = reader.u8();
    if (length > net::width(family)) {
        reader.fail();
        return false;
    }
    const ByteView significant = reader.bytes((length + 7) / 8);
    if (!reader.ok()) {
        return false;
    }
    std::array<std::uint8_t, 16> octets{};
    std::copy(significant.begin(), significant.end(), octets.begin());
    const auto address = net::Address::from_octets(ByteView(octets).first(net::width(family) / 8));
    prefixes.emplace_back(*address, length);
    return true;
}

}  // namespace

void read_prefixes(Reader& reader, net::Family family, std::vector<net::Prefix>& prefixes) {
    while (!reader.empty() && read_prefix(reader, family, prefixes)) {
    }
}

void read_prefixes(Reader& reader,
                   net::Family family,
                   std::vector<net::Prefix>& prefixes,
                   std::vector<std::uint32_t>& path_ids) {
    while (!reader.empty()) {
        const std::uint32_t path_id = reader.u32();
        // An identifier with nothing behind it is cut short; a zero there would read as 0.0.0.0/0.
        if (!reader.ok() || reader.empty()) {
            reader.fail();
            return;
        }
        if (!read_prefix(reader, family, prefixes)) {
            return;
        }
        path_ids.push_back(path_id);
    }
}

void write_prefix(Writer& writer, const net::Prefix& prefix) {
    writer.u8(static_cast<std::uint8_t>(prefix.length()));
    writer.bytes(prefix.address().octets().first((prefix.length() + 7) / 8));
}

void write_prefixes(Writer& writer,
                    const std::vector<net::Prefix>& prefixes,
                    const std::vector<std::uint32_t>& path_ids) {
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
        if (!path_ids.empty()) {
            writer.u32(path_ids[i]);
        }
        write_prefix(writer, prefixes[i]);
    }
}

}  // namespace routeproof::bgp
