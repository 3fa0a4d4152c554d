// One BGP session as `routeproof node status --details` tells it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace routeproof::verifier {

/// `session`: an element of "sessions" of schema "routeproof.node-status/1". Throws
/// nlohmann::json::exception if it lacks what every agent says.
std::string session_details(const nlohmann::json& session);

}  // namespace routeproof::verifier
