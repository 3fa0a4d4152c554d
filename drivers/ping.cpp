#include "drivers/ping.hpp"

#include <algorithm>
#include <charconv>

namespace routeproof::drivers {
namespace {

std::optional<unsigned> number_at(std::string_view text, std::size_t begin) {
    unsigned value = 0;
    const auto [end, error] =
        std::from_chars(text.data() + begin, text.data() + text.size(), value);
    return error == std::errc{} ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<PingResult> parse_ping(std::string_view text) {
    constexpr std::string_view kSent = " packets transmitted, ";
    const auto at = text.find(kSent);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const auto line = text.rfind('\n', at);
    const auto sent = number_at(text, line == std::string_view::npos ? 0 : line + 1);
    const auto received = number_at(text, at + kSent.size());
    if (!sent || !received) {
        return std::nullopt;
    }
    return PingResult{*sent, *received};
}

}  // namespace routeproof::drivers
