// What a process needs that must wake up in time on a busy host.
#pragma once

#include <string>

namespace routeproof::bfd {

/// Real-time scheduling if permitted, else the best nice value that is. What it became:
/// "fifo 20", "nice -20", "normal".
std::string raise_priority();

/// Keeps every page in memory, now and later. False: not permitted.
bool lock_memory();

}  // namespace routeproof::bfd
