#include "agent/config/attribute_words.hpp"

#include "agent/config/communities.hpp"
#include "inventory/suggest.hpp"

#include <array>
#include <charconv>

namespace routeproof::config {
namespace {

constexpr std::array<std::string_view, 3> kKeys{"med", "community", "large"};

std::string quoted(std::string_view value) {
    return "\"" + std::string(value) + "\"";
}

std::optional<std::string> set_med(bgp::AnnounceAttributes& attributes, std::string_view value) {
    std::uint32_t med = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), med);
    if (error != std::errc{} || end != value.data() + value.size()) {
        return "med: " + quoted(value) + " is no number from 0 to 4294967295";
    }
    attributes.med = med;
    return std::nullopt;
}

std::optional<std::string> add_community(bgp::AnnounceAttributes& attributes,
                                         std::string_view value) {
    const auto community = parse_community(value);
    if (!community) {
        return "community: " + quoted(value) + " is none; " + kCommunityForm;
    }
    attributes.communities.push_back(*community);
    return std::nullopt;
}

std::optional<std::string> add_large_community(bgp::AnnounceAttributes& attributes,
                                               std::string_view value) {
    const auto community = parse_large_community(value);
    if (!community) {
        return "large: " + quoted(value) + " is none; " + kLargeCommunityForm;
    }
    attributes.large_communities.push_back(*community);
    return std::nullopt;
}

}  // namespace

std::optional<std::string> set_attribute(bgp::AnnounceAttributes& attributes,
                                         std::string_view key,
                                         std::string_view value) {
    if (key == "med") {
        return set_med(attributes, value);
    }
    if (key == "community") {
        return add_community(attributes, value);
    }
    if (key == "large") {
        return add_large_community(attributes, value);
    }
    return "unknown attribute " + quoted(key) + "; " + inventory::suggestion(key, kKeys);
}

}  // namespace routeproof::config
