// Why an address or a pool cannot be given: a code to act on and a sentence for whoever typed the
// docker command. The sentence names the address, its owner and what to do.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>

namespace routeproof::ipam {

enum class Errc {
    None = 0,
    OutsidePools,     // a subnet that no configured pool contains
    OutsideSubnet,    // an address that is not in the subnet it was asked from
    NoSubnet,         // docker network create without --subnet
    FamilyNotServed,  // an IPv6 pool: not yet
    BadPoolId,        // not a PoolID of ours
    Taken,            // the address has another owner
    Full,             // no free address in the own blocks
    NotAllocated,     // a binding for an address that nobody asked for
    NotOurs,          // strict affinity: the address lies in no block of this host
    OwnerAway,        // the block's owner is out of touch and may have given the address
    Reserved,         // the operator keeps the address for something else
    StoreFailed,      // the store could not be read or written
};

class Error {
public:
    Error() = default;
    Error(Errc reason, std::string sentence) : code(reason), what(std::move(sentence)) {}

    Errc code = Errc::None;
    std::string what;

    friend bool operator==(const Error&, const Error&) = default;
};

std::ostream& operator<<(std::ostream& out, const Error& error);
/// Asked for by boost::system::result: value() on an error is our own mistake.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace routeproof::ipam
