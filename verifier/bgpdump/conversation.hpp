// BGP sessions out of captured packets: streams put together, cut into messages, and read as the
// two OPENs agreed.
#pragma once

#include "agent/peering/wire/open.hpp"
#include "verifier/bgpdump/item.hpp"
#include "verifier/bgpdump/segment.hpp"
#include "verifier/bgpdump/tcp_stream.hpp"

#include <map>

namespace routeproof::bgpdump {

class Conversations {
public:
    /// `assumed` is how sessions are read whose OPENs are not in the capture.
    Conversations(
        std::string name, std::uint16_t port, Context assumed, Sink sink, Complain complain);

    void packet(const Packet& packet);
    /// The capture is over: what was held back for missing packets is handed out.
    void finish();

    /// TCP segments of the port that were seen.
    std::uint64_t segments() const { return segments_; }

private:
    struct Direction {
        TcpStream stream;
        std::optional<bgp::OpenMessage> open;
        bool lost = false;  // no message begins where we are
    };
    using Key = std::pair<Endpoint, Endpoint>;  // from, to

    void hand_out(const Key& key, Direction& direction);
    void skip_gap(const Key& key, Direction& direction, bool finally);
    Context context_of(const Key& key) const;
    Source source_of(const Key& key) const;

    std::string name_;
    std::uint16_t port_;
    Context assumed_;
    Sink sink_;
    Complain complain_;
    std::map<Key, Direction> directions_;
    std::uint64_t segments_ = 0;
    std::uint64_t packet_ = 0;
    std::uint64_t nanoseconds_ = 0;
};

}  // namespace routeproof::bgpdump
