// Capabilities (RFC 5492) as JSON, and back.
#pragma once

#include "agent/peering/wire/capability.hpp"

#include <nlohmann/json.hpp>

namespace routeproof::bgpdump {

/// {"code", "name", …}; one that we do not read has its octets as "value".
nlohmann::ordered_json capability_to_json(const bgp::Capability& capability);

/// Throws std::invalid_argument with a sentence if it is none.
bgp::Capability capability_from_json(const nlohmann::ordered_json& json);

}  // namespace routeproof::bgpdump
