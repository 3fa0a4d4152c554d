#include "agent/ipam/pool_id.hpp"

namespace routeproof::ipam {
namespace {

constexpr std::string_view kRange = ";range=";

}  // namespace

std::string PoolId::to_string() const {
    std::string text = subnet.to_string();
    if (range) {
        text.append(kRange).append(range->to_string());
    }
    return text;
}

std::optional<PoolId> PoolId::parse(std::string_view text) {
    const auto cut = text.find(kRange);
    const auto subnet = net::Prefix::parse(text.substr(0, cut));
    if (!subnet) {
        return std::nullopt;
    }
    PoolId id{*subnet, std::nullopt};
    if (cut != std::string_view::npos) {
        const auto range = net::Prefix::parse(text.substr(cut + kRange.size()));
        if (!range) {
            return std::nullopt;
        }
        id.range = *range;
    }
    return id;
}

}  // namespace routeproof::ipam
