// What GET /v1/status answers: the sessions with their counters, schema "routeproof.node-status/1".
#pragma once

#include "agent/peering/speaker.hpp"

#include <string>
#include <utility>
#include <vector>

namespace routeproof::control {

/// Who speaks.
struct Identity {
    std::string host;  // empty in the stand-alone mode
    net::Asn asn;
    net::RouterId router_id;
};

/// `parts`: what the program adds, each a name and a JSON text.
std::string make_status(const Identity& identity,
                        const bgp::Speaker& speaker,
                        const std::vector<std::pair<std::string, std::string>>& parts = {});

}  // namespace routeproof::control
