// Why the agent cannot start: one sentence and the exit code (sysexits).
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>
#include <utility>

namespace routeproof::agent {

struct StartError {
    StartError() = default;
    StartError(int exit_code, std::string sentence) : code(exit_code), what(std::move(sentence)) {}

    int code = 70;
    std::string what;

    friend bool operator==(const StartError&, const StartError&) = default;
};

using Started = boost::system::result<void, StartError>;

std::ostream& operator<<(std::ostream& out, const StartError& error);
[[noreturn]] void throw_exception_from_error(const StartError& error,
                                             const boost::source_location& where);

}  // namespace routeproof::agent
