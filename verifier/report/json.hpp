// The report for machines: schema "routeproof.verify/1"; it only grows.
#pragma once

#include "verifier/report/result.hpp"

#include <string>

namespace routeproof::verifier {

/// Pretty-printed, members in a fixed order, a newline at the end. Times are RFC 3339 UTC,
/// durations seconds, AS numbers integers, prefixes canonical strings; null: not known.
std::string json_report(const RunResult& result);

}  // namespace routeproof::verifier
