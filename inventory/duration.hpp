// Lengths of time as people write them in files: "300ms", "30s", "2m", "0.2" (seconds).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace routeproof {

/// Units ms, s, m and h; a number without one is seconds. Parts of a millisecond are cut.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The largest unit that needs no fraction: "1500ms", "30s", "2m".
std::string to_string(std::chrono::milliseconds duration);

}  // namespace routeproof
