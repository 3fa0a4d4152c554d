// What the kernel refused: the errno and, in words, what was attempted.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>

namespace routeproof::kernel {

class Failure {
public:
    Failure() = default;
    Failure(boost::system::error_code why, std::string what)
        : code(why), attempted(std::move(what)) {}

    boost::system::error_code code;
    std::string attempted;  // "add link rp0123456789a", no full stop

    /// "could not add link rp0123456789a: File exists".
    std::string to_string() const;

    friend bool operator==(const Failure&, const Failure&) = default;
};

std::ostream& operator<<(std::ostream& out, const Failure& failure);
[[noreturn]] void throw_exception_from_error(const Failure& failure,
                                             const boost::source_location& where);

template <class T>
using Result = boost::system::result<T, Failure>;

/// From a positive errno.
Failure failed(int error_number, std::string attempted);

}  // namespace routeproof::kernel
