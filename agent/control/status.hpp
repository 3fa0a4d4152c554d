// What GET /v1/status answers: the sessions with their counters, schema "routeproof.node-status/1".
#pragma once

#include "agent/peering/speaker.hpp"

#include <string>

namespace routeproof::control {

/// Who speaks.
struct Identity {
    std::string host;  // empty in the stand-alone mode
    net::Asn asn;
    net::RouterId router_id;
};

std::string make_status(const Identity& identity, const bgp::Speaker& speaker);

}  // namespace routeproof::control
