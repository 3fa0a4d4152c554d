// Why a text is not a value of the field: one enum and one category for the whole values floor.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace routeproof::net {

template <class T>
using Result = boost::system::result<T>;

enum class Errc {
    BadAddress = 1,   // neither dotted quad nor RFC 4291 text
    BadPrefix,        // no address/length
    BadPrefixLength,  // longer than the family allows
    HostBitsSet,      // 172.16.100.1/24: probably an address where a prefix is meant
    BadAsn,           // neither asplain nor asdot (RFC 5396), or above 4294967295
    BadCommunity,     // not ASN:VALUE with two 16-bit halves (RFC 1997)
    BadAsPath,        // unreadable AS path text
};

const boost::system::error_category& error_category();

inline boost::system::error_code make_error_code(Errc e) {
    return {static_cast<int>(e), error_category()};
}

}  // namespace routeproof::net

template <>
struct boost::system::is_error_code_enum<routeproof::net::Errc> : std::true_type {};
