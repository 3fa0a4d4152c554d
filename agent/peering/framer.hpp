// Cuts the octet stream of a connection into messages; no I/O.
#pragma once

#include "agent/peering/wire/header.hpp"

#include <optional>

namespace routeproof::bgp {

struct RawMessage {
    Header header;
    ByteView body;  // lives until the framer is touched again
};

class Framer {
public:
    explicit Framer(std::size_t max_message = kMaxMessage) : max_message_(max_message) {}

    /// From the next message on (RFC 8654: when both OPENs are known).
    void set_max_message(std::size_t max_message) { max_message_ = max_message; }

    /// Where the next octets of the stream shall be put; never empty.
    std::span<std::uint8_t> free_space();
    /// So many were put there.
    void received(std::size_t count) { end_ += count; }

    /// The next whole message, nothing if more octets are needed; the error is the NOTIFICATION
    /// that a bad header deserves, after which the stream is of no use.
    Result<std::optional<RawMessage>> next();

private:
    std::size_t max_message_;
    Bytes buffer_;
    std::size_t begin_ = 0;  // of what has not been handed out
    std::size_t end_ = 0;
};

}  // namespace routeproof::bgp
