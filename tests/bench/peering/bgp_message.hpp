// As much of BGP's messages as the two measuring programs need: RFC 4271 4, 4760, 6793, 4724.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace routeproof::bench {

using Octets = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

enum class Type : std::uint8_t { Open = 1, Update = 2, Notification = 3, Keepalive = 4 };

constexpr std::size_t kHeader = 19;
constexpr std::size_t kMaxMessage = 4096;

inline std::uint16_t u16(const std::uint8_t* at) {
    return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}
inline std::uint32_t u32(const std::uint8_t* at) {
    return static_cast<std::uint32_t>(u16(at)) << 16 | u16(at + 2);
}
void put16(Octets& to, std::size_t value);
void put32(Octets& to, std::uint32_t value);

struct Identity {
    std::uint32_t asn = 0;
    std::uint32_t router_id = 0;  // host order
    std::uint16_t hold_time = 240;
    bool extended_messages = false;
};

Octets message(Type type, View body);
/// Both unicast families, 4-octet AS, and graceful restart without any family: nothing is to be
/// kept for us, but End-of-RIB is wanted (RFC 4724 4).
Octets open(const Identity& identity);

/// One path's attributes in an UPDATE of ours.
struct Path {
    std::uint32_t asn = 0;
    std::uint32_t next_hop = 0;
    std::uint32_t community = 0;  // 0: none
};

struct Routes {
    std::uint32_t first = 0;  // host routes first, first + 1, …
    std::uint32_t count = 0;
    bool distinct = false;   // a community of its own for each, so no two may share a message
    bool scattered = false;  // in an order in which none follows its neighbour
};

/// Each message as full as it gets.
Octets updates(const Path& path, const Routes& routes);

Octets end_of_rib();

std::uint32_t address_of(const std::string& dotted);
std::string dotted(std::uint32_t address);

}  // namespace routeproof::bench
