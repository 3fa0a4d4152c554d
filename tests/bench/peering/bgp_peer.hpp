// One BGP session on a plain socket, up to Established, and the loop in which it then lives.
#pragma once

#include "tests/bench/peering/bgp_message.hpp"

#include <chrono>
#include <functional>

namespace routeproof::bench {

/// CLOCK_MONOTONIC in nanoseconds: the one clock of all programs of a run.
std::int64_t now();

struct Ends {
    std::string from;     // our address
    std::string to;       // the engine's
    bool listen = false;  // the other side dials
    std::uint16_t port = 179;
};

class Peer {
public:
    /// Dials (or accepts) until a session stands; throws when `patience` is over. A refused or
    /// closed connection is tried again, as an engine may rest between two sessions.
    Peer(const Ends& ends, const Identity& identity, std::chrono::seconds patience);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    /// Just before we sent our KEEPALIVE: the engine becomes Established by it, not earlier. What
    /// it sends may then come in one read with its own KEEPALIVE.
    std::int64_t established() const { return established_; }
    std::int64_t last_read() const { return last_read_; }  // when the octets at hand had come

    /// Writes all of it; blocks.
    void write(View octets);

    using OnMessage = std::function<void(Type, View body)>;
    using OnLine = std::function<void(const std::string&)>;
    /// Reads until standard input ends (then says Cease) or the engine leaves (then throws).
    /// Each line of standard input goes to `line`.
    void live(const OnMessage& message, const OnLine& line);

private:
    void connect(const Ends& ends);
    bool negotiate(const Identity& identity);
    bool fill(bool wait);
    bool next(Type& type, View& body);
    bool drain_input(const OnLine& line);

    int listener_ = -1;
    int socket_ = -1;
    Octets buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::int64_t established_ = 0;
    std::int64_t last_read_ = 0;
    std::int64_t keepalive_due_ = 0;
    std::int64_t keepalive_interval_ = 0;
    std::string input_;
};

}  // namespace routeproof::bench
