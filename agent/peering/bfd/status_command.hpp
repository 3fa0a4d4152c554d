// `routeproof-bfd --status`: what a running process knows, for people.
#pragma once

#include <string>

namespace routeproof::bfd {

/// Asks at the socket and prints to standard output: a table, or the JSON lines as they come.
/// Returns the exit code (sysexits.h); complaints go to standard error.
int print_status(const std::string& socket, bool json);

}  // namespace routeproof::bfd
