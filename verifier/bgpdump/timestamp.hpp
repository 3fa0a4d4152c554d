// Times of captures and dumps.
#pragma once

#include <cstdint>
#include <string>

namespace routeproof::bgpdump {

/// Nanoseconds since 1970 as "2026-11-28T07:00:00.123456Z".
std::string timestamp(std::uint64_t nanoseconds);

}  // namespace routeproof::bgpdump
