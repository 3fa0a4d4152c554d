#include "inventory/duration.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace routeproof {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};

constexpr std::array<Unit, 4> kUnits{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::int64_t kSecond = 1'000;
/// Longer than anything here may wait, and far from any overflow.
constexpr double kLongest = 1e12;

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    double number = 0;
    const auto [rest, error] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || !(number >= 0)) {
        return std::nullopt;
    }
    const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
    std::int64_t factor = unit.empty() ? kSecond : 0;
    for (const Unit& known : kUnits) {
        if (unit == known.name) {
            factor = known.milliseconds;
        }
    }
    const double milliseconds = number * static_cast<double>(factor);
    if (factor == 0 || milliseconds > kLongest) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
}

std::string to_string(std::chrono::milliseconds duration) {
    for (const Unit& unit : kUnits) {
        if (duration.count() % unit.milliseconds == 0 && duration.count() >= unit.milliseconds) {
            return std::to_string(duration.count() / unit.milliseconds) + std::string(unit.name);
        }
    }
    return std::to_string(duration.count()) + "ms";
}

}  // namespace routeproof
