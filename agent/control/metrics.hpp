// The speaker's numbers for Prometheus (docs/peering.md lists them).
#pragma once

#include "agent/control/lateness.hpp"
#include "agent/control/status.hpp"

#include <string>

namespace routeproof::control {

/// Every peer that exists has its samples, also while its session has never been up: a missing
/// series cannot be alerted on.
std::string make_metrics(const Identity& identity,
                         const std::vector<bgp::SessionStatus>& sessions,
                         const Lateness::Counts& lateness);

}  // namespace routeproof::control
