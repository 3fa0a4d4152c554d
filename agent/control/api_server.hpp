// The local API on its sockets: all of it on a unix socket, and GET /metrics on a TCP port if one
// is wanted.
#pragma once

#include "agent/config/api_options.hpp"
#include "agent/control/peering_api.hpp"

#include <filesystem>

namespace routeproof::control {

class ApiServer {
public:
    /// The speaker must outlive it.
    ApiServer(boost::asio::io_context& io,
              bgp::Speaker& speaker,
              Identity identity,
              PeeringApi::Program program,
              const config::ApiOptions& options);

    boost::system::result<void, http::ServerError> listen(const std::filesystem::path& socket);
    void stop();

private:
    const config::ApiOptions options_;
    PeeringApi api_;
    http::Server local_;
    http::Server scrape_;
};

}  // namespace routeproof::control
