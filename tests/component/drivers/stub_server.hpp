// TCP servers that are no SSH servers: silent, chatty, or cutting.
#pragma once

#include <cstdint>
#include <functional>
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
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::thread thread_;
};

/// Says `greeting`, then nothing until the other side closes.
StubServer silent_server(std::string greeting);

/// Forwards connections to `port`, but cuts each after `limit` bytes from the server.
StubServer cutting_proxy(std::uint16_t port, std::size_t limit);

}  // namespace routeproof::drivers
