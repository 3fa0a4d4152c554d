#include "tests/bench/peering/bgp_message.hpp"

#include <arpa/inet.h>

#include <stdexcept>

namespace routeproof::bench {
namespace {

constexpr std::uint16_t kAsTrans = 23456;
constexpr std::uint64_t kStride = 611'953;  // a prime: no table of the benchmark is a multiple
constexpr std::size_t kHostRoute = 5;       // a length octet and four of address

void capability(Octets& to, std::uint8_t code, const Octets& value) {
    to.push_back(code);
    to.push_back(static_cast<std::uint8_t>(value.size()));
    to.insert(to.end(), value.begin(), value.end());
}

void attribute(Octets& to, std::uint8_t flags, std::uint8_t code, const Octets& value) {
    to.push_back(flags);
    to.push_back(code);
    to.push_back(static_cast<std::uint8_t>(value.size()));
    to.insert(to.end(), value.begin(), value.end());
}

Octets attributes(const Path& path) {
    Octets all;
    attribute(all, 0x40, 1, {0});  // ORIGIN: IGP
    Octets as_path{2, 1};          // AS_SEQUENCE of one
    put32(as_path, path.asn);
    attribute(all, 0x40, 2, as_path);
    Octets next_hop;
    put32(next_hop, path.next_hop);
    attribute(all, 0x40, 3, next_hop);
    if (path.community != 0) {
        Octets community;
        put32(community, path.community);
        attribute(all, 0xC0, 8, community);
    }
    return all;
}

}  // namespace

void put16(Octets& to, std::size_t value) {
    to.push_back(static_cast<std::uint8_t>(value >> 8));
    to.push_back(static_cast<std::uint8_t>(value));
}

void put32(Octets& to, std::uint32_t value) {
    put16(to, value >> 16);
    put16(to, value & 0xFFFF);
}

Octets message(Type type, View body) {
    Octets all(16, 0xFF);
    put16(all, kHeader + body.size());
    all.push_back(static_cast<std::uint8_t>(type));
    all.insert(all.end(), body.begin(), body.end());
    return all;
}

Octets open(const Identity& identity) {
    Octets capabilities;
    capability(capabilities, 1, {0, 1, 0, 1});  // IPv4 unicast
    capability(capabilities, 1, {0, 2, 0, 1});  // IPv6 unicast
    capability(capabilities, 2, {});            // route refresh
    if (identity.extended_messages) {
        capability(capabilities, 6, {});
    }
    capability(capabilities, 64, {0, 0});
    Octets asn;
    put32(asn, identity.asn);
    capability(capabilities, 65, asn);
    Octets body{4};
    put16(body, identity.asn > 0xFFFF ? kAsTrans : identity.asn);
    put16(body, identity.hold_time);
    put32(body, identity.router_id);
    body.push_back(static_cast<std::uint8_t>(capabilities.size() + 2));
    body.push_back(2);
    body.push_back(static_cast<std::uint8_t>(capabilities.size()));
    body.insert(body.end(), capabilities.begin(), capabilities.end());
    return message(Type::Open, body);
}

Octets updates(const Path& path, const Routes& routes) {
    Octets all;
    const std::uint64_t stride = routes.scattered ? kStride : 1;
    std::uint32_t next = 0;
    const auto offset = [&] { return static_cast<std::uint32_t>(next * stride % routes.count); };
    while (next != routes.count) {
        Path here = path;
        if (routes.distinct) {
            here.community = (std::uint32_t{100} << 16) + offset();
        }
        Octets body{0, 0};
        const Octets shared = attributes(here);
        put16(body, shared.size());
        body.insert(body.end(), shared.begin(), shared.end());
        do {
            body.push_back(32);
            put32(body, routes.first + offset());
            ++next;
        } while (next != routes.count && !routes.distinct &&
                 kHeader + body.size() + kHostRoute <= kMaxMessage);
        const Octets whole = message(Type::Update, body);
        all.insert(all.end(), whole.begin(), whole.end());
    }
    return all;
}

Octets end_of_rib() {
    return message(Type::Update, Octets{0, 0, 0, 0});
}

std::uint32_t address_of(const std::string& text) {
    in_addr address{};
    if (::inet_pton(AF_INET, text.c_str(), &address) != 1) {
        throw std::runtime_error(text + " is no IPv4 address");
    }
    return ntohl(address.s_addr);
}

std::string dotted(std::uint32_t address) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) {
        text += std::to_string(address >> shift & 0xFF) + (shift > 0 ? "." : "");
    }
    return text;
}

}  // namespace routeproof::bench
