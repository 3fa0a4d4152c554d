#include "agent/config/communities.hpp"

#include <array>
#include <charconv>

namespace routeproof::config {
namespace {

struct Named {
    std::string_view name;
    net::Community community;
};

constexpr std::array<Named, 5> kWellKnown{{
    {"graceful-shutdown", net::kGracefulShutdown},
    {"no-export", net::kNoExport},
    {"no-advertise", net::kNoAdvertise},
    {"no-export-subconfed", net::kNoExportSubconfed},
    {"no-peer", net::kNoPeer},
}};

}  // namespace

std::optional<net::Community> parse_community(std::string_view text) {
    for (const auto& [name, community] : kWellKnown) {
        if (text == name) {
            return community;
        }
    }
    const auto community = net::Community::parse(text);
    return community ? std::optional(*community) : std::nullopt;
}

std::optional<bgp::LargeCommunity> parse_large_community(std::string_view text) {
    std::array<std::uint32_t, 3> parts{};
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0 && (at == end || *at++ != ':')) {
            return std::nullopt;
        }
        const auto [rest, error] = std::from_chars(at, end, parts[i]);
        if (error != std::errc{}) {
            return std::nullopt;
        }
        at = rest;
    }
    return at == end ? std::optional(bgp::LargeCommunity{parts[0], parts[1], parts[2]})
                     : std::nullopt;
}

}  // namespace routeproof::config
