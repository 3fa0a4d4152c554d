// Reading vtysh's JSON: keys that changed their name or their type between releases.
#pragma once

#include "drivers/failure.hpp"
#include "inventory/net/prefix.hpp"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::frr {

using Json = nlohmann::ordered_json;

/// The first of the keys that is there; a null value if none is.
const Json& member(const Json& object, std::initializer_list<const char*> keys);
/// Text of a string, of an object's "string", or of a number; empty otherwise.
std::string text(const Json& value);
bool truth(const Json& value);
std::optional<std::uint32_t> number(const Json& value);
std::optional<net::Address> address(const Json& value);

/// Failure (stage Parse) unless the text is one whole JSON value that begins an object.
drivers::Answer<Json> parse_json(std::string_view text);
drivers::Failure parse_failure(std::string what);

}  // namespace routeproof::frr
