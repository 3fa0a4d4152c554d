// So many octets from a stream, and no memory for more than there are: lengths in files lie.
#pragma once

#include "agent/peering/wire/buffer.hpp"

#include <algorithm>
#include <istream>

namespace routeproof::bgpdump {

/// False if the stream ends before.
inline bool read_octets(std::istream& in, bgp::Bytes& into, std::size_t size) {
    constexpr std::size_t kPiece = 65536;
    into.clear();
    while (into.size() < size) {
        const std::size_t had = into.size();
        const std::size_t piece = std::min(kPiece, size - had);
        into.resize(had + piece);
        in.read(reinterpret_cast<char*>(into.data() + had), static_cast<std::streamsize>(piece));
        if (static_cast<std::size_t>(in.gcount()) != piece) {
            return false;
        }
    }
    return true;
}

}  // namespace routeproof::bgpdump
