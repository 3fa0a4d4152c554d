// The body of POST /v1/prefixes:
//   {"announce": ["192.0.2.0/24", {"prefix": "…", "med": 50, "communities": ["65000:1"],
//                                  "large_communities": ["65000:1:2"]}],
//    "withdraw": ["198.51.100.0/24"]}
// Read as it comes, without a tree of it in memory: a request may hold a full table. Either all of
// it is good or nothing happens.
#pragma once

#include "agent/config/originations.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::control {

struct PrefixChange {
    config::Originations announce;
    std::vector<net::Prefix> withdraw;
};

/// One sentence about a request that cannot be done: where in it, what is wrong, what to write.
struct RequestError {
    RequestError() = default;
    explicit RequestError(std::string sentence) : what(std::move(sentence)) {}
    std::string what;
    friend bool operator==(const RequestError&, const RequestError&) = default;
};
std::ostream& operator<<(std::ostream& out, const RequestError& error);
[[noreturn]] void throw_exception_from_error(const RequestError& error,
                                             const boost::source_location& where);

boost::system::result<PrefixChange, RequestError> read_prefix_request(std::string_view body);

}  // namespace routeproof::control
