// Accepts connections on one of our addresses and hands them on. An address that is not there yet,
// or a port that somebody holds, is tried again.
#pragma once

#include "agent/log/events.hpp"
#include "agent/peering/socket_options.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace routeproof::bgp {

/// What the peers behind one listener need together. What only some of them need is enforced on
/// each accepted connection (secure_accepted).
struct ListenerOptions {
    std::optional<unsigned> ttl;               // of the SYN-ACK: the farthest peer's
    std::optional<unsigned> min_ttl;           // if all of them are guarded: the weakest guard
    std::map<net::Address, Secret> passwords;  // by peer
    std::string interface;                     // of a link-local address

    friend bool operator==(const ListenerOptions&, const ListenerOptions&) = default;
};

class Listener : public std::enable_shared_from_this<Listener> {
public:
    using Accepted = std::function<void(boost::asio::ip::tcp::socket)>;

    Listener(const boost::asio::any_io_executor& executor,
             boost::asio::ip::tcp::endpoint local,
             ListenerOptions options,
             Accepted accepted,
             log::Sink log);

    void start();
    void stop();
    /// Connections that stand are not touched.
    void change(ListenerOptions options);

private:
    static boost::asio::awaitable<void> run(std::shared_ptr<Listener> self);
    boost::system::error_code open();
    boost::system::error_code apply(const ListenerOptions& before);
    void complain(const boost::system::error_code& error);

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    boost::asio::ip::tcp::endpoint local_;
    ListenerOptions options_;
    Accepted accepted_;
    log::Sink log_;
    boost::system::error_code last_error_;
    bool stopped_ = false;
};

}  // namespace routeproof::bgp
