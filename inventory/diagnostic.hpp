// What is wrong with a file: where, what, and what would be right. One line each.
#pragma once

#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace routeproof::inventory {

/// Line and column count from 1; 0 means the file as a whole.
struct Location {
    std::string file;
    int line = 0;
    int column = 0;

    friend bool operator==(const Location&, const Location&) = default;
};

struct Diagnostic {
    /// sysexits(3): 65 for bad data, 66 for a file that cannot be read.
    enum class Kind { BadData, Unreadable };

    Diagnostic() = default;
    Diagnostic(Location at, std::string text, std::string would_be_right = {})
        : where(std::move(at)), what(std::move(text)), remedy(std::move(would_be_right)) {}

    Location where;
    std::string what;
    std::string remedy;
    Kind kind = Kind::BadData;

    /// "file:line:column: what; remedy".
    std::string to_string() const;

    friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

using Diagnostics = std::vector<Diagnostic>;

std::ostream& operator<<(std::ostream& out, const Diagnostic& diagnostic);

/// A value, or everything that is wrong with the file (never an empty list).
template <class T>
using Loaded = boost::system::result<T, Diagnostics>;

[[noreturn]] void throw_exception_from_error(const Diagnostics& diagnostics,
                                             const boost::source_location& where);

}  // namespace routeproof::inventory
