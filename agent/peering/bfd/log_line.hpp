// One line to standard error in the agent's form ("level=info event=… key=value"), from a fixed
// buffer and never waiting: a journal that does not read costs a line, not a session.
#pragma once

namespace routeproof::bfd {

enum class Level { Debug, Info, Warning, Error };

/// Nothing below it is written. Default: Info.
void set_log_level(Level lowest);

/// As printf; values are addresses, names of interfaces and numbers, which need no quoting.
[[gnu::format(printf, 2, 3)]] void log_line(Level level, const char* format, ...);

/// Lines that could not be written.
unsigned long lost_lines();

}  // namespace routeproof::bfd
