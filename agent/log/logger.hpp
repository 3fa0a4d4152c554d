// Where the agent's log lines go: standard error (the journal, under systemd), one line an event:
//   2026-11-23T11:59:00.123Z level=info event=bgp.session.up peer=10.100.0.253 name=leaf1
#pragma once

#include "agent/log/events.hpp"

namespace routeproof::log {

/// Writes everything at or above `lowest`.
Sink stderr_sink(Severity lowest);

/// "event=… key=value …": values with blanks, quotes or control characters are quoted and escaped,
/// so that what a peer sends can neither break a line nor fake a field.
std::string format(std::string_view event, const Fields& fields);

}  // namespace routeproof::log
