// One neighbour: its connections, what it told us and what it was told.
//
// Up to three connections at once: the one we dial, the one the peer has dialled, and, where
// graceful restart is agreed, one more that the peer opens while a session stands, because it has
// restarted and does not know of the old one.
#pragma once

#include "agent/peering/peer_routes.hpp"
#include "agent/peering/session.hpp"
#include "agent/peering/speaker.hpp"

#include <set>

namespace routeproof::bgp {

/// Between which addresses a peer's connections run.
struct Whereabouts {
    net::Address local;
    net::Address remote;
    std::uint32_t scope = 0;  // interface index, of link-local addresses

    friend bool operator==(const Whereabouts&, const Whereabouts&) = default;
};

class Peer : private Session::Handler {
public:
    /// What a peer needs of the speaker it belongs to.
    class Host {
    public:
        virtual ~Host() = default;
        virtual const SpeakerConfig& config() const = 0;
        virtual RouteTables& tables() = 0;
        virtual void session_changed(const Peer& peer) = 0;
        virtual void log(log::Severity severity, std::string_view event, log::Fields fields) = 0;
        virtual std::shared_ptr<void> alive() = 0;
        /// The peer has nothing more to say after leave().
        virtual void left() = 0;
    };

    Peer(boost::asio::any_io_executor executor, Host& host, PeerConfig config);
    ~Peer() override;

    const PeerConfig& config() const { return config_; }
    const std::string& key() const { return key_; }
    /// None: an unnumbered peer that has not been seen yet, or an interface that is not there.
    std::optional<Whereabouts> whereabouts() const;
    SocketOptions socket_options() const;

    void start();
    /// A connection from the peer's address.
    void accept(Socket socket);
    /// What we originate under this slot is another now, or nothing.
    void originated_changed(Slot slot);
    /// Withdraws all, says Cease/Administrative Shutdown and stays away.
    void leave(const std::string& text);
    /// Says it in a Cease, at once, and stays away.
    void dismiss(std::uint8_t cease_subcode, const std::string& text);
    /// Closes without a word and stays away.
    void close();

    // As the Speaker's functions of the same meaning.
    void shutdown(const std::string& text);
    void enable();
    void reset(const std::string& text);
    void refresh();
    void change(PeerConfig config);
    void set_draining(bool draining);
    void set_bfd_state(BfdState state, bool independent);

    /// Of an unnumbered peer: router advertisements come from there.
    void seen_at(const Whereabouts& where);
    /// Its interface is down or gone: so is whatever stood on it.
    void link_lost();

    bool stopped() const { return stopped_; }
    bool established() const { return established_ != nullptr; }
    /// One of its sessions handles an event: none must be replaced now.
    bool busy() const;
    const PeerRoutes& routes() const { return routes_; }
    SessionStatus status() const;

private:
    void open_accepted(Session& session, const Negotiated& negotiated) override;
    void session_up(Session& session, const Negotiated& negotiated) override;
    void session_down(Session& session, const Ending& ending) override;
    void attempt_failed(Session& session, const Ending& ending) override;
    void update_received(const Update& update, ByteView body) override;
    void readvertise(AfiSafi family) override;
    void refresh_marked(AfiSafi family, RefreshSubtype mark) override;
    void back_off_forgotten() override;
    void notified(bool sent, const Notification& notification) override;
    void settled(Session& session) override;
    bool next_update(Session& session, Bytes& out) override;
    Endpoints endpoints() const override;
    void passed(Direction direction, MessageType type, std::size_t size) override;

    RetryTimes retry() const;
    bool internal() const;
    LocalOpen local_open() const;
    FsmConfig fsm_config(bool passive) const;
    std::vector<std::shared_ptr<Session>> sessions() const;
    std::shared_ptr<Session> make_session(Initiator initiator);
    Session* other(const Session& session) const;
    bool may_start() const { return !stopped_ && !farewell_ && held_.empty(); }
    bool may_dial() const;
    bool tells_a_restart() const;
    void refuse(Socket socket, std::uint8_t subcode, std::string_view why);
    void refuse_silently(std::string_view why);
    void end_sessions(const std::optional<Notification>& farewell, const std::string& why = {});
    Notification for_good(Notification reason) const;
    void hold(std::string why, std::uint8_t cease_subcode, const std::string& text);
    void limit_exceeded(const PeerRoutes::Received& received);
    void renew(std::string_view because);
    void try_renew();
    void resume();
    void finish_leaving();
    void keep_stale(const Ending& ending);
    void judge_stale();
    void drop_stale(std::string_view why);
    void start_stale_timer();
    void note_state();
    void log(log::Severity severity, std::string_view event, log::Fields fields) const;
    void log_faults(const Update& update, ByteView body);
    State state() const;

    boost::asio::any_io_executor executor_;
    Host& host_;
    PeerConfig config_;
    std::string key_;
    std::optional<Whereabouts> seen_;       // of an unnumbered peer
    std::optional<Whereabouts> seen_next_;  // since its session stands
    PeerRoutes routes_;
    std::shared_ptr<Session> outgoing_;  // always there; rests while an incoming one stands
    std::shared_ptr<Session> incoming_;  // from accept to its end
    std::shared_ptr<Session> newcomer_;  // of a peer that may have restarted

    // While Established:
    Session* established_ = nullptr;
    Negotiated negotiated_;  // also of the last session
    bool initial_table_sent_ = false;
    bool bfd_was_up_ = false;
    std::set<AfiSafi> end_of_rib_;

    // Why it is kept down, and how it comes back.
    std::string held_;
    boost::asio::steady_timer enable_timer_;
    bool renew_ = false;  // sessions are made anew as soon as they have ended

    // A peer that is away (RFC 4724).
    std::vector<AfiSafi> stale_;
    boost::asio::steady_timer stale_timer_;
    bool restart_told_ = false;  // our own restart has been said to this peer

    std::optional<BfdState> bfd_;
    std::optional<Notification> farewell_;  // to be said when the withdrawals are out
    bool stopped_ = false;
    std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // for what is posted to us
    bool collided_ = false;  // the session that is about to settle lost a collision
    std::chrono::steady_clock::time_point accept_after_;  // an incoming connection failed before
    State noted_state_ = State::Idle;
    std::chrono::system_clock::time_point since_;
    std::chrono::steady_clock::time_point up_since_;
    std::string last_error_;
    std::string last_error_sent_;
    std::string last_error_received_;
    MessageCounts sent_;
    MessageCounts received_;
    std::uint64_t refused_ = 0;     // connections, since a session came up
    std::uint64_t collisions_ = 0;  // likewise
    std::uint64_t flaps_ = 0;
    std::uint64_t updates_malformed_ = 0;
    FaultCounts faults_;
};

}  // namespace routeproof::bgp
