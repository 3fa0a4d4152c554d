// BGP in the words of its RFCs as JSON: verdict, errors and everything decoded.
#pragma once

#include "verifier/bgpdump/item.hpp"

#include <nlohmann/json.hpp>

namespace routeproof::bgpdump {

/// The line for one item, schema "routeproof.bgp-decode/1":
/// {"schema", "source", "kind", "context", "verdict", "notification"?, "errors"?, "message"}.
/// `verdict`: accepted, attribute-discard, treat-as-withdraw or reset (RFC 7606 2); `notification`
/// is what a reset is answered with.
nlohmann::ordered_json describe(const Source& source,
                                Kind kind,
                                bgp::ByteView octets,
                                const Context& context);

nlohmann::ordered_json describe_context(const Context& context);
nlohmann::ordered_json describe_attributes(const bgp::PathAttributes& attributes);

}  // namespace routeproof::bgpdump
