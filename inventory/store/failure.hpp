// Why a store did not do what it was asked: a code to act on and a sentence for people.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>
#include <string_view>

namespace routeproof::store {

enum class Errc {
    None = 0,
    Conflict,     // a condition did not hold: read again and decide anew
    Unavailable,  // the store cannot be reached or written (disk full, no quorum); nothing changed
    Unknown,      // the store went away before it answered: changed, or not
    Corrupt,      // the file is not ours or is damaged; it is left as it is
    Locked,       // another agent has it open
    TooNew,       // written by a later version of Routeproof
    LeaseGone,    // the lease expired or was revoked, and its entries with it
    Refused,      // wrong certificate, user or request: trying again does not help
    Fenced,       // another program works under our name, so we must not
};

class Failure {
public:
    Failure() = default;
    Failure(Errc why) : code(why) {}  // NOLINT: an Errc is a failure without particulars
    Failure(Errc why, std::string particulars) : code(why), detail(std::move(particulars)) {}

    Errc code = Errc::None;
    std::string detail;  // the library's or server's own words, where it was; may be empty

    /// One sentence without a full stop: what the code means, then the particulars.
    std::string message() const;

    friend bool operator==(const Failure& failure, Errc code) { return failure.code == code; }
    friend bool operator==(const Failure&, const Failure&) = default;
};

std::string_view to_string(Errc code);
std::ostream& operator<<(std::ostream& out, const Failure& failure);
/// Asked for by boost::system::result: value() on a failure is our own mistake.
[[noreturn]] void throw_exception_from_error(const Failure& failure,
                                             const boost::source_location& where);

template <class T>
using Result = boost::system::result<T, Failure>;

}  // namespace routeproof::store
