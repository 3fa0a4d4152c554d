// One neighbour: its connections, what it told us and what it was told.
#pragma once

#include "agent/peering/peer_routes.hpp"
#include "agent/peering/session.hpp"
#include "agent/peering/speaker.hpp"

namespace routeproof::bgp {

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

    void start();
    /// A connection from the peer's address. It is refused when a session stands, and for a
    /// moment after the last one failed.
    void accept(Socket socket);
    /// What we originate under this slot is another now, or nothing.
    void originated_changed(Slot slot);
    /// Withdraws all, says Cease/Administrative Shutdown and stays away.
    void leave(const std::string& text);
    /// Closes without a word and stays away.
    void close();

    bool stopped() const { return stopped_; }
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

    FsmConfig fsm_config(bool passive) const;
    Session::Endpoints endpoints() const;
    std::shared_ptr<Session> make_session(Initiator initiator);
    Session* other(const Session& session) const;
    void refuse(Socket socket, std::uint8_t subcode, std::string_view why);
    void finish_leaving();
    void note_state();
    void log(log::Severity severity, std::string_view event, log::Fields fields);
    void log_faults(const Update& update, ByteView body);
    State state() const;

    boost::asio::any_io_executor executor_;
    Host& host_;
    PeerConfig config_;
    PeerRoutes routes_;
    std::shared_ptr<Session> outgoing_;  // always there; rests while an incoming one stands
    std::shared_ptr<Session> incoming_;  // from accept to its end

    // While Established:
    Session* established_ = nullptr;
    Negotiated negotiated_;
    bool initial_table_sent_ = false;

    std::optional<Notification> farewell_;  // to be said when the withdrawals are out
    bool stopped_ = false;
    std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // for what is posted to us
    bool collided_ = false;  // the session that is about to settle lost a collision
    std::chrono::steady_clock::time_point accept_after_;  // an incoming connection failed before
    State noted_state_ = State::Idle;
    std::chrono::system_clock::time_point since_;
    std::chrono::steady_clock::time_point up_since_;
    std::string last_error_;
    std::uint64_t updates_sent_ = 0;
    std::uint64_t updates_received_ = 0;
    std::uint64_t updates_malformed_ = 0;
};

}  // namespace routeproof::bgp
