// One connection with a peer: an Fsm, its timers and the socket it asks for. The Fsm decides what
// happens, the handler (Peer) what it means for routes.
#pragma once

#include "agent/peering/collision.hpp"
#include "agent/peering/fsm.hpp"
#include "agent/peering/socket_options.hpp"
#include "agent/peering/transport.hpp"
#include "agent/peering/wire/update.hpp"

#include <array>

namespace routeproof::bgp {

enum class Direction : std::uint8_t { Sent, Received };

/// Between whom, and how the packets look.
struct Endpoints {
    boost::asio::ip::tcp::endpoint local;  // port 0
    boost::asio::ip::tcp::endpoint remote;
    SocketOptions options;
};

class Session : public std::enable_shared_from_this<Session>, private Transport::Owner {
public:
    class Handler {
    public:
        virtual ~Handler() = default;
        virtual void open_accepted(Session& session, const Negotiated& negotiated) = 0;
        virtual void session_up(Session& session, const Negotiated& negotiated) = 0;
        virtual void session_down(Session& session, const Ending& ending) = 0;
        virtual void attempt_failed(Session& session, const Ending& ending) = 0;
        virtual void update_received(const Update& update, ByteView body) = 0;
        virtual void readvertise(AfiSafi family) = 0;
        /// The peer marks the begin or the end of a refresh (RFC 7313).
        virtual void refresh_marked(AfiSafi family, RefreshSubtype mark) = 0;
        virtual void back_off_forgotten() = 0;
        virtual void notified(bool sent, const Notification& notification) = 0;
        /// An event has been handled to its end; the session may be dropped now.
        virtual void settled(Session& session) = 0;
        /// Appends a message; false: nothing to say.
        virtual bool next_update(Session& session, Bytes& out) = 0;
        /// Asked anew for each dial: interfaces come and go.
        virtual Endpoints endpoints() const = 0;
        /// For the counters; `size` in octets, header included.
        virtual void passed(Direction direction, MessageType type, std::size_t size) = 0;
    };

    /// `alive` is held by every socket.
    Session(const boost::asio::any_io_executor& executor,
            Handler& handler,
            FsmConfig config,
            Initiator initiator,
            std::shared_ptr<void> alive);
    ~Session() override;

    void handle(Event event);
    /// Starts with a connection that the peer made.
    void adopt(Socket socket);
    /// The handler is told nothing more; socket and timers end.
    void detach();
    void wake();
    /// ROUTE-REFRESH (RFC 2918): the peer shall say the family's routes again.
    void request_refresh(AfiSafi family);
    using Addresses = Transport::Addresses;
    /// Of the connection; none without one.
    std::optional<Addresses> addresses() const;
    void reset_back_off() { fsm_.reset_back_off(); }
    bool plain() const { return fsm_.plain(); }
    void set_plain(bool plain) { fsm_.set_plain(plain); }
    void forget_restart() { fsm_.forget_restart(); }
    /// An event is being handled: what it leads to comes before anything else.
    bool busy() const { return handling_; }

    State state() const { return fsm_.state(); }
    Initiator initiator() const { return initiator_; }
    /// No socket, and no attempt at one.
    bool closed() const { return !transport_ && !attempt_; }
    /// Idle and nothing under way that would change it.
    bool resting() const;

private:
    bool next_update(Bytes& out) override;
    void received(const RawMessage& message) override;
    void framing_error(const Notification& notification) override;
    void connection_failed(std::string why) override;
    void send_stalled() override;

    void received_update(ByteView body);
    void handle_one(const Event& event);
    void timer_expired(Timer which);
    void connected(Socket socket);
    static boost::asio::awaitable<void> dial(std::shared_ptr<Session> self,
                                             std::shared_ptr<Socket> attempt);
    static boost::system::error_code prepare(Socket& socket, const Endpoints& endpoints);
    void send(MessageType type, ByteView body);

    // What the Fsm asks for, one by one.
    void run(const action::Connect&);
    void run(const action::SendOpen& sent);
    void run(const action::SendKeepalive&);
    void run(const action::SendNotification& sent);
    void run(const action::Close&);
    void run(const action::StartTimer& start);
    void run(const action::StopTimers&);
    void run(const action::OpenAccepted& accepted);
    void run(const action::SessionUp& up);
    void run(const action::SessionDown& down);
    void run(const action::AttemptFailed& failed);
    void run(const action::ProcessUpdate&);
    void run(const action::Readvertise& again);
    void run(const action::RefreshMarked& marked);
    void run(const action::BackOffForgotten&);

    // Started again by every message that comes in, so a later deadline is only noted; the wait
    // under way looks at it when it ends.
    struct RunningTimer {
        boost::asio::steady_timer timer;
        std::chrono::steady_clock::time_point deadline{};
        std::uint64_t generation = 0;  // of the wait; one that was overtaken has nothing to say
        bool waiting = false;
        bool running = false;
    };
    void wait(Timer which);
    RunningTimer& timer(Timer which) { return timers_[static_cast<std::size_t>(which)]; }

    boost::asio::any_io_executor executor_;
    Handler* handler_;
    std::chrono::milliseconds send_hold_min_;
    Fsm fsm_;
    Initiator initiator_;
    std::shared_ptr<void> alive_;
    std::array<RunningTimer, kTimers> timers_;
    std::shared_ptr<Socket> attempt_;  // a dial under way
    std::shared_ptr<Transport> transport_;
    UpdateContext update_context_;
    const Update* update_ = nullptr;  // while one is being handled
    ByteView update_body_;
    std::deque<Event> events_;  // raised while one is handled
    bool handling_ = false;
    bool second_look_ = false;  // the hold timer has expired with octets unread once
};

}  // namespace routeproof::bgp
