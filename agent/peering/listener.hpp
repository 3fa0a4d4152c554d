// Accepts connections on one of our addresses and hands them on. An address that is not there yet,
// or a port that somebody holds, is tried again.
#pragma once

#include "agent/log/events.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace routeproof::bgp {

class Listener : public std::enable_shared_from_this<Listener> {
public:
    using Accepted = std::function<void(boost::asio::ip::tcp::socket)>;

    /// `ttl` is inherited by every accepted connection, its SYN-ACK included.
    Listener(const boost::asio::any_io_executor& executor,
             boost::asio::ip::tcp::endpoint local,
             std::optional<int> ttl,
             Accepted accepted,
             log::Sink log);

    void start();
    void stop();

private:
    static boost::asio::awaitable<void> run(std::shared_ptr<Listener> self);
    boost::system::error_code open();

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    boost::asio::ip::tcp::endpoint local_;
    std::optional<int> ttl_;
    Accepted accepted_;
    log::Sink log_;
    bool stopped_ = false;
};

}  // namespace routeproof::bgp
