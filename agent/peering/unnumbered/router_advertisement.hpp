// Router Advertisement and Solicitation (RFC 4861 4.1, 4.2), as much as two routers need to find
// each other: who is there, and nothing about default routes or prefixes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace routeproof::bgp::unnumbered {

inline constexpr std::uint8_t kRouterSolicitation = 133;
inline constexpr std::uint8_t kRouterAdvertisement = 134;
/// RFC 4861 6.1: what comes with less has passed a router and is not from this link.
inline constexpr int kHopLimit = 255;

enum class Message : std::uint8_t { Solicitation, Advertisement };

/// The ICMPv6 message, its checksum left to the kernel. Router lifetime 0: we are nobody's default
/// router.
std::vector<std::uint8_t> encode_advertisement(std::optional<std::array<std::uint8_t, 6>> mac);
std::vector<std::uint8_t> encode_solicitation();

/// What a valid message is (RFC 4861 6.1.1, 6.1.2); nothing if it is to be ignored. The source
/// address is checked by the learner.
std::optional<Message> decode(std::span<const std::uint8_t> icmp, int hop_limit);

}  // namespace routeproof::bgp::unnumbered
