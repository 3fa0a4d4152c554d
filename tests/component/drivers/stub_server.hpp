// TCP servers that are no SSH servers: silent, chatty, or cutting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace routeproof::drivers {

/// A loopback port nobody listens on (at this moment).
std::uint16_t free_port();
bool accepts_connections(std::uint16_t port);

/// Accepts one connection after another on a thread and hands each to `serve`, which owns the
/// descriptor for the call. Ends when destroyed; open connections are shut down.
class StubServer {
public:
    explicit StubServer(std::function<void(int connection)> serve);
    ~StubServer();
    StubServer(const StubServer&) = delete;
    StubServer& operator=(const StubServer&) = delete;

    std::uint16_t port() const { return port_; }

private:
    void hold(int connection);

    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::mutex mutex_;
    int connection_ = -1;  // the one that is served
    bool ended_ = false;
    std::thread thread_;
};

/// Says `greeting`, then nothing until the other side closes.
StubServer silent_server(std::string greeting);

/// What happens to a connection on its way. Offsets count octets from the server, except for
/// deaf_after.
struct Wire {
    static constexpr std::size_t kNever = static_cast<std::size_t>(-1);
    std::size_t cut_after = kNever;     // then both sides are closed
    std::size_t freeze_after = kNever;  // then nothing moves, and nothing is closed
    std::size_t deaf_after = kNever;    // the same after so many octets from the client
    std::size_t flip_at = kNever;       // one bit of this octet
    std::size_t piece = 4096;           // at most so many octets a segment
};

/// Forwards connections to `port` over such a wire.
StubServer proxy(std::uint16_t port, Wire wire);

}  // namespace routeproof::drivers
