// One direction of a TCP connection: segments in any order and more than once become octets in
// order. No I/O.
#pragma once

#include "agent/peering/wire/buffer.hpp"

#include <map>
#include <optional>

namespace routeproof::bgpdump {

class TcpStream {
public:
    /// A connection opens: octets are counted from behind this number.
    void syn(std::uint32_t sequence);
    void segment(std::uint32_t sequence, bgp::ByteView payload);

    /// What is in order and has not been consumed.
    bgp::ByteView ready() const { return bgp::ByteView(ready_).subspan(consumed_); }
    void consume(std::size_t octets);

    /// Octets are missing and enough stands behind them that they will not come any more, or the
    /// capture is over (`finally`): gives up on them and on what was not consumed. Returns how many
    /// are missing; 0: none.
    std::uint32_t skip_gap(bool finally);

private:
    static constexpr std::size_t kMostWaiting = 4U << 20;

    void append(bgp::ByteView octets);
    void take_over();

    std::optional<std::uint32_t> next_;  // sequence number of the next octet; none: not begun
    std::uint64_t position_ = 0;         // the same counted from the first octet, never round
    bgp::Bytes ready_;
    std::size_t consumed_ = 0;
    std::map<std::uint64_t, bgp::Bytes> waiting_;  // by position
    std::size_t waiting_octets_ = 0;
};

}  // namespace routeproof::bgpdump
