// One TCP connection: octets out in order of urgency, messages in. It decides nothing.
#pragma once

#include "agent/peering/framer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
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
        /// Octets wait, and the peer has taken none for the send hold time.
        virtual void send_stalled() = 0;
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
    /// What the OPENs agreed on: the longest message that may come, and how long the peer may take
    /// nothing of what waits for it (RFC 9687).
    void agree(std::size_t max_received, std::chrono::milliseconds send_hold);
    struct Addresses {
        boost::asio::ip::tcp::endpoint local;
        boost::asio::ip::tcp::endpoint remote;
    };
    /// None: the connection is gone.
    std::optional<Addresses> addresses() const;
    /// Octets have come that nobody has looked at yet.
    bool octets_wait() const;
    /// The owner hears no more. What was sent still goes out, then the connection ends, within a
    /// second at the latest: long enough for a NOTIFICATION to be read.
    void close();

private:
    using Task = boost::asio::awaitable<void>;

    void spawn_loops();
    static Task read_loop(std::shared_ptr<Transport> self);
    static Task write_loop(std::shared_ptr<Transport> self);
    void fill_batch();
    void watch_sending(std::chrono::milliseconds after);
    void hand_out_messages();
    void fail(const boost::system::error_code& error);

    Socket socket_;
    std::shared_ptr<void> alive_;
    boost::asio::steady_timer wake_;
    boost::asio::steady_timer deadline_;
    boost::asio::steady_timer stall_;
    std::chrono::milliseconds send_hold_{0};
    std::chrono::steady_clock::time_point progressed_;  // the peer took octets
    bool writing_ = false;
    boost::system::error_code write_error_;  // ended the writing; the reader tells
    Framer framer_;
    std::deque<Bytes> urgent_;
    Bytes batch_;  // is being written
    Owner* owner_ = nullptr;
    bool closing_ = false;
    bool spoke_ = false;  // something was written: closing wants a moment for the peer to read it
};

}  // namespace routeproof::bgp
