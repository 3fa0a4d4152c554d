// What the agent of this host says about its BGP sessions: for `routeproof node status`.
#pragma once

#include "inventory/time.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace routeproof::verifier {

/// One sentence: what is wrong with the agent's answer.
struct StatusError {
    StatusError() = default;
    explicit StatusError(std::string sentence) : what(std::move(sentence)) {}
    std::string what;
    friend bool operator==(const StatusError&, const StatusError&) = default;
};
std::ostream& operator<<(std::ostream& out, const StatusError& error);
[[noreturn]] void throw_exception_from_error(const StatusError& error,
                                             const boost::source_location& where);

/// `status`: JSON of schema "routeproof.node-status/1", as GET /v1/status answers. One framed table
/// per address family; SINCE is the time of day (UTC), or the date if it was not on `today`'s.
boost::system::result<std::string, StatusError> node_status_table(std::string_view status,
                                                                  Timestamp today);

/// Of the same JSON, a paragraph per peer: what was agreed, what was sent and received, what went
/// wrong last each way. An older agent says less; what it does not say is left out.
boost::system::result<std::string, StatusError> node_status_details(std::string_view status);

/// `answer`: JSON of schema "routeproof.prefix/1", as GET /v1/prefixes/PREFIX answers: who was told
/// of the prefix, who was not and why, and what was learned of it.
boost::system::result<std::string, StatusError> node_prefix_table(std::string_view answer);

}  // namespace routeproof::verifier
