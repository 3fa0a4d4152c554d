// Members of a JSON object with the type they must have. Every function throws
// std::invalid_argument with one sentence that names the member.
#pragma once

#include "agent/peering/wire/afi_safi.hpp"
#include "agent/peering/wire/buffer.hpp"
#include "inventory/net/prefix.hpp"

#include <nlohmann/json.hpp>

#include <limits>
#include <stdexcept>
#include <string>

namespace routeproof::bgpdump::field {

using Json = nlohmann::ordered_json;

const Json& member(const Json& object, const char* name);
/// An empty array if it is not there.
const Json& list(const Json& object, const char* name);
std::string text(const Json& object, const char* name);
/// False if it is not there.
bool flag(const Json& object, const char* name);
std::uint64_t unsigned_number(const Json& object, const char* name, std::uint64_t limit);
bgp::AfiSafi family(const Json& object, const char* name);
bgp::Bytes bytes(const Json& object, const char* name);
net::Address address(const Json& object, const char* name);

template <class Number>
Number number(const Json& object, const char* name) {
    return static_cast<Number>(unsigned_number(object, name, std::numeric_limits<Number>::max()));
}

/// What to say of a text that is not what it should be.
[[noreturn]] void refuse(const std::string& text, const char* wanted);

}  // namespace routeproof::bgpdump::field
