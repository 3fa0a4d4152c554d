// The way back: a line that describe() wrote, or somebody in its form, as octets.
#pragma once

#include "verifier/bgpdump/item.hpp"

#include <nlohmann/json.hpp>

namespace routeproof::bgpdump {

/// Reads "context" where it is given; what is not said is as in a default Context. Throws
/// std::invalid_argument with one sentence.
Context read_context(const nlohmann::ordered_json& json);
Kind read_kind(const nlohmann::ordered_json& line);

/// The octets of "message" as "kind" and "context" say. Throws std::invalid_argument with one
/// sentence.
bgp::Bytes compose(const nlohmann::ordered_json& line);

}  // namespace routeproof::bgpdump
