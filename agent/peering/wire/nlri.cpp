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

void read_prefixes(Reader& reader, net::Family family, std::vector<net::Prefix>& prefixes) {
    while (!reader.empty()) {
        const unsigned length = reader.u8();
        if (length > net::width(family)) {
            reader.fail();
            return;
        }
        const ByteView significant = reader.bytes((length + 7) / 8);
        if (!reader.ok()) {
            return;
        }
        std::array<std::uint8_t, 16> octets{};
        std::copy(significant.begin(), significant.end(), octets.begin());
        const auto address =
            net::Address::from_octets(ByteView(octets).first(net::width(family) / 8));
        prefixes.emplace_back(*address, length);
    }
}

void write_prefix(Writer& writer, const net::Prefix& prefix) {
    writer.u8(static_cast<std::uint8_t>(prefix.length()));
    writer.bytes(prefix.address().octets().first((prefix.length() + 7) / 8));
}

}  // namespace routeproof::bgp
