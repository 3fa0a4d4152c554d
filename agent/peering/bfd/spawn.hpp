// Starting the BFD process so that it does not end with us.
#pragma once

#include <filesystem>
#include <string>

namespace routeproof::bfd {

/// Runs `program --detach --socket PATH` and waits until it serves or gave up (it answers within
/// milliseconds, and the caller cannot go on without it). Empty, or what went wrong.
std::string start_detached(const std::filesystem::path& program,
                           const std::filesystem::path& socket);

}  // namespace routeproof::bfd
