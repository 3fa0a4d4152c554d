// From a host's name to its addresses, with a deadline, which the system's resolver does not have.
#pragma once

#include "inventory/store/failure.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace routeproof::store::etcd {

/// Errors: Unavailable.
Result<std::vector<boost::asio::ip::tcp::endpoint>> resolve(
    const std::string& host, std::uint16_t port, std::chrono::steady_clock::time_point deadline);

}  // namespace routeproof::store::etcd
