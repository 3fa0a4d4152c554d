// What the agent of this host says about addresses: for `routeproof ipam`.
#pragma once

#include "verifier/report/node_report.hpp"

#include <string>
#include <string_view>

namespace routeproof::verifier {

/// `answer`: JSON of schema "routeproof.ipam/1", as GET /v1/ipam answers.
boost::system::result<std::string, StatusError> ipam_table(std::string_view answer);

/// What is wrong, a line each, and a summary.
struct IpamCheck {
    IpamCheck() = default;
    std::string text;
    std::size_t troubles = 0;
    bool blind = false;  // the shared store could not be looked into
};
boost::system::result<IpamCheck, StatusError> ipam_check(std::string_view answer);

}  // namespace routeproof::verifier
