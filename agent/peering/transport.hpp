// One TCP connection: octets out in order of urgency, messages in. It decides nothing.
#pragma once

#include "agent/peering/framer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace routeproof::bgp {

using Socket = boost::asio::ip::tcp::socket;

class Transport : public std::enable_shared_from_this<Transport> {
public:
    class Owner {
    public:
        virtual ~Owner() = default;
        /// Appends the next UPDATE to write; false: none now, until wake(). Asked for only when
        /// nothing more urgent waits and the socket takes more, so a slow peer holds back routes,
        /// never keepalives.
        virtual bool next_update(Bytes& out) = 0;
        virtual void received(const RawMessage& message) = 0;
        virtual void framing_error(const Notification& notification) = 0;
        virtual void connection_failed(std::string why) = 0;
    };

    /// The socket is connected. `alive` is held until the socket is closed.
    Transport(Socket socket, std::shared_ptr<void> alive);

    /// Begins to read and write. The owner must close() before it goes.
    void start(Owner& owner);
    /// Writes what was sent and closes: for a connection that shall not become a session.
    void start_closing();
    /// Queued before any UPDATE.
    void send(Bytes message);
    /// next_update has something to say again.
    void wake();
    /// The owner hears no more. What was sent still goes out, then the connection ends, within a
    /// second at the latest: long enough for a NOTIFICATION to be read.
    void close();

private:
    using Task = boost::asio::awaitable<void>;

    void spawn_loops();
    static Task read_loop(std::shared_ptr<Transport> self);
    static Task write_loop(std::shared_ptr<Transport> self);
    void fill_batch();
    void hand_out_messages();
    void fail(const boost::system::error_code& error);

    Socket socket_;
    std::shared_ptr<void> alive_;
    boost::asio::steady_timer wake_;
    boost::asio::steady_timer deadline_;
    Framer framer_;
    std::deque<Bytes> urgent_;
    Bytes batch_;  // is being written
    Owner* owner_ = nullptr;
    bool closing_ = false;
    bool spoke_ = false;  // something was written: closing wants a moment for the peer to read it
};

}  // namespace routeproof::bgp
