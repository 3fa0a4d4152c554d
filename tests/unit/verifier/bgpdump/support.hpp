// What was handed to a sink, and short ways to write octets.
#pragma once

#include "tests/unit/agent/peering/support.hpp"
#include "verifier/bgpdump/describe.hpp"

#include <sstream>

namespace routeproof::bgpdump {

using bgp::Bytes;
using bgp::hex;
using Json = nlohmann::ordered_json;

struct Collected {
    std::vector<Json> lines;  // as describe() writes them
    std::vector<std::string> complaints;

    Sink sink() {
        return
            [this](const Source& source, Kind kind, bgp::ByteView octets, const Context& context) {
                lines.push_back(describe(source, kind, octets, context));
            };
    }
    Complain complain() {
        return [this](const std::string& where, const std::string& sentence) {
            complaints.push_back(where + ": " + sentence);
        };
    }
};

inline Bytes operator+(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

inline std::string text(const Bytes& octets) {
    return {octets.begin(), octets.end()};
}

/// Marker, length and type before the body.
inline Bytes message(unsigned type, const Bytes& body) {
    Bytes octets(16, 0xFF);
    const std::size_t size = body.size() + 19;
    octets.push_back(static_cast<std::uint8_t>(size >> 8));
    octets.push_back(static_cast<std::uint8_t>(size));
    octets.push_back(static_cast<std::uint8_t>(type));
    return octets + body;
}

inline const Bytes kKeepalive = message(4, {});
inline const Bytes kOpen =
    message(1, hex("04 fde8 005a 0a000001 10 02 0e 01 04 00010001 02 00 41 04 0000fde8"));
inline const Bytes kUpdate =
    message(2, hex("0000 0014 400101 00 400206 0201 0000fde8 400304 0a000001 18 c63364"));

}  // namespace routeproof::bgpdump
