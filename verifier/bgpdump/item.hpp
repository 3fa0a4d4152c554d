// What is to be decoded, wherever it was found: octets, what they are, and how to read them.
#pragma once

#include "agent/peering/wire/update.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>

namespace routeproof::bgpdump {

enum class Kind : std::uint8_t { Message, Attributes, Capability, Nlri };

/// "message", "attributes", "capability", "nlri".
std::string_view to_string(Kind kind);

/// How octets are read: what the two OPENs of their session agreed on.
struct Context {
    bgp::UpdateContext update = default_update();
    bool extended_message = false;  // the receiver takes more than 4096 octets

    static bgp::UpdateContext default_update();
};

/// Where an item was found, as key and value: line, packet, offset, time, from, to.
using Source = nlohmann::ordered_json;

/// Takes one item in.
using Sink = std::function<void(const Source&, Kind, bgp::ByteView, const Context&)>;
/// Takes one complaint about the input itself: where, and one sentence.
using Complain = std::function<void(const std::string& where, const std::string& sentence)>;

}  // namespace routeproof::bgpdump
