// Points in time as every record and report of Routeproof writes them: RFC 3339, UTC, seconds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace routeproof {

using Timestamp = std::chrono::sys_seconds;

Timestamp now();
/// "2026-11-23T11:59:00Z".
std::string to_rfc3339(Timestamp time);
/// Only the form that to_rfc3339 writes.
std::optional<Timestamp> from_rfc3339(std::string_view text);

}  // namespace routeproof
