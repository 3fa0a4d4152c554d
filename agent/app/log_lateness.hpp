// Late timers as a line in the log.
#pragma once

#include "agent/control/lateness.hpp"
#include "agent/log/events.hpp"

namespace routeproof::agent {

inline void log_lateness(const log::Sink& log, control::Lateness::Seconds late) {
    log(log::Severity::Warning,
        log::event::kAgentLate,
        {{"seconds", std::to_string(late.count())}});
}

}  // namespace routeproof::agent
