// Between a client and a server: passes the request on, and hangs up when the answer comes. The
// server has done what it was asked, and the client cannot know.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <thread>

namespace routeproof::test {

class DeafProxy {
public:
    explicit DeafProxy(std::uint16_t server_port);
    ~DeafProxy();
    DeafProxy(const DeafProxy&) = delete;
    DeafProxy& operator=(const DeafProxy&) = delete;

    std::uint16_t port() const { return port_; }
    /// From now on answers get through.
    void heal() { deaf_ = false; }
    /// How many answers were swallowed.
    int swallowed() const { return swallowed_; }

private:
    void serve(std::uint16_t server_port);

    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::atomic<bool> deaf_{true};
    std::atomic<int> swallowed_{0};
    std::thread thread_;
};

}  // namespace routeproof::test
