// One command over an open SSH session: its whole output, or why there is none.
#pragma once

#include "drivers/ssh/session.hpp"

#include <cstddef>

namespace routeproof::ssh {

struct Output {
    std::string standard_output;
    std::string standard_error;  // its end
    int exit_status = -1;        // -1: none was sent
};

/// More than `cap` bytes of output is a Failure: never a table that was silently cut.
/// `input` goes to its standard input, which stays open: the command must know how much to take.
drivers::Asked<Output> run(Session& session,
                           std::string command,
                           std::size_t cap,
                           std::string input = {});

inline constexpr std::size_t kOutputCap = 256U << 20;

}  // namespace routeproof::ssh
