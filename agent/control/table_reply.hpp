// GET /v1/tables/TABLE?peer=…&family=…&prefix=…: routes as JSON, streamed; and GET
// /v1/prefixes/PREFIX: what is known of one, and why it is not out or not used.
#pragma once

#include "agent/http/server.hpp"
#include "agent/peering/speaker.hpp"

#include <string_view>

namespace routeproof::control {

/// `rest`: what follows v1/tables/ ("adj-rib-in?peer=10.0.0.2"). The speaker must outlive the
/// reply.
http::Reply table_reply(const bgp::Speaker& speaker, std::string_view rest);

/// `prefix`: as it stands in the path, its slash plain or %2F.
http::Reply prefix_reply(const bgp::Speaker& speaker, std::string_view prefix);

}  // namespace routeproof::control
