#include "inventory/net/community.hpp"

#include <charconv>
#include <optional>
#include <ostream>

namespace routeproof::net {
namespace {

std::optional<std::uint16_t> half(std::string_view text) {
    std::uint16_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

Result<Community> Community::parse(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        return Errc::BadCommunity;
    }
    const auto asn = half(text.substr(0, colon));
    const auto value = half(text.substr(colon + 1));
    if (!asn || !value) {
        return Errc::BadCommunity;
    }
    return Community(*asn, *value);
}

std::string Community::to_string() const {
    return std::to_string(value_ >> 16) + ":" + std::to_string(value_ & 0xFFFF);
}

std::ostream& operator<<(std::ostream& out, const Community& community) {
    return out << community.to_string();
}

}  // namespace routeproof::net
