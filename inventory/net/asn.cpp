#include "inventory/net/asn.hpp"

#include <charconv>
#include <optional>
#include <ostream>

namespace routeproof::net {
namespace {

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t highest) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value > highest) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

Result<Asn> Asn::parse(std::string_view text) {
    std::optional<std::uint32_t> value;
    if (const auto dot = text.find('.'); dot != std::string_view::npos) {
        const auto high = number(text.substr(0, dot), 0xFFFF);
        const auto low = number(text.substr(dot + 1), 0xFFFF);
        if (high && low) {
            value = *high << 16 | *low;
        }
    } else {
        value = number(text, 0xFFFFFFFF);
    }
    if (!value || *value == 0) {
        return Errc::BadAsn;
    }
    return Asn(*value);
}

std::ostream& operator<<(std::ostream& out, const Asn& asn) {
    return out << asn.value();
}

}  // namespace routeproof::net
