#include "agent/peering/unnumbered/router_advertisement.hpp"

namespace routeproof::bgp::unnumbered {
namespace {

constexpr std::size_t kAdvertisementSize = 16;
constexpr std::size_t kSolicitationSize = 8;
constexpr std::size_t kOptionUnit = 8;  // RFC 4861 4.6: lengths are in units of eight octets
constexpr std::uint8_t kSourceLinkLayerAddress = 1;

// RFC 4861 6.1: every option has a length, and none of zero.
bool options_are_whole(std::span<const std::uint8_t> options) {
    while (!options.empty()) {
        if (options.size() < 2) {
            return false;
        }
        const std::size_t size = kOptionUnit * options[1];
        if (size == 0 || size > options.size()) {
            return false;
        }
        options = options.subspan(size);
    }
    return true;
}

}  // namespace

std::vector<std::uint8_t> encode_advertisement(std::optional<std::array<std::uint8_t, 6>> mac) {
    std::vector<std::uint8_t> octets(kAdvertisementSize);  // lifetime, timers, flags: all 0
    octets[0] = kRouterAdvertisement;
    if (mac) {
        octets.push_back(kSourceLinkLayerAddress);
        octets.push_back(1);
        octets.insert(octets.end(), mac->begin(), mac->end());
    }
    return octets;
}

std::vector<std::uint8_t> encode_solicitation() {
    std::vector<std::uint8_t> octets(kSolicitationSize);
    octets[0] = kRouterSolicitation;
    return octets;
}

std::optional<Message> decode(std::span<const std::uint8_t> icmp, int hop_limit) {
    if (hop_limit != kHopLimit || icmp.size() < kSolicitationSize || icmp[1] != 0) {
        return std::nullopt;
    }
    if (icmp[0] == kRouterSolicitation) {
        return options_are_whole(icmp.subspan(kSolicitationSize))
                   ? std::optional(Message::Solicitation)
                   : std::nullopt;
    }
    if (icmp[0] == kRouterAdvertisement && icmp.size() >= kAdvertisementSize &&
        options_are_whole(icmp.subspan(kAdvertisementSize))) {
        return Message::Advertisement;
    }
    return std::nullopt;
}

}  // namespace routeproof::bgp::unnumbered
