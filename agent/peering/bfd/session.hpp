// One BFD session as RFC 5880 6.8 describes it, without socket and clock: packets and points in
// time come in, at most one packet to send goes out. Nothing here allocates.
//
// Asynchronous mode, active role, no Echo (Required Min Echo RX is 0), no authentication. We never
// ask for Demand mode; a peer that does is honoured. The C bit is always set: the process that runs
// these sessions does not share the agent's fate.
//
// State variables bear the RFC's names (6.8.1) in this house's spelling: bfd.RemoteMinRxInterval is
// remote_min_rx_.
#pragma once

#include "agent/peering/bfd/control_packet.hpp"

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>

namespace routeproof::bfd {

/// Points in time; only differences matter.
using Time = std::chrono::steady_clock::time_point;
inline constexpr Time kNever = Time::max();

/// RFC 5880 6.8.3: while a session is not Up it offers to send no faster than this.
inline constexpr microseconds kSlowInterval = std::chrono::seconds(1);

/// What the operator wants: one interval for both directions.
struct Timing {
    microseconds interval = std::chrono::milliseconds(300);
    std::uint8_t detect_mult = 3;

    friend bool operator==(const Timing&, const Timing&) = default;
};

/// What became of the path, for a protocol that depends on it (RFC 5882 3.2): a session that never
/// was Up, or was taken down on purpose by either side, says nothing against the path.
enum class Liveness : std::uint8_t { NeverUp, Up, Failed, AdminDown };

/// "never_up", "up", "failed", "admin_down".
std::string_view to_string(Liveness liveness);
std::ostream& operator<<(std::ostream& out, Liveness liveness);

class Session {
public:
    /// At most one packet to send now, or why the received one was discarded.
    struct Output {
        std::optional<ControlPacket> send;
        std::optional<Discard> discarded;

        friend bool operator==(const Output&, const Output&) = default;
    };

    /// What others may see. Equal values: nothing to report.
    struct View {
        State state = State::Down;
        Diagnostic diagnostic = Diagnostic::None;  // why the state last changed
        State remote_state = State::Down;
        Diagnostic remote_diagnostic = Diagnostic::None;
        bool remote_control_plane_independent = false;
        bool remote_demand = false;
        Liveness liveness = Liveness::NeverUp;
        std::uint32_t ups = 0;              // how often the session came Up
        microseconds transmit_interval{0};  // in effect, before jitter
        microseconds detection_time{0};     // 0: the peer has not been heard
        std::uint32_t remote_discriminator = 0;

        friend bool operator==(const View&, const View&) = default;
    };

    /// `local_discriminator`: not 0, unique in this process. `seed` feeds the jitter only.
    Session(std::uint32_t local_discriminator, Timing timing, std::uint32_t seed);

    /// The session begins: Down, and says so.
    Output start(Time now);
    /// A packet that decode() let pass and that was found to belong to this session.
    Output receive(const ControlPacket& packet, Time now);
    /// To be called when next_deadline() has come; earlier does no harm. Packets that had arrived
    /// by `now` must have been received() first, or a late caller mistakes itself for a silent
    /// peer.
    Output expire(Time now);
    /// Other intervals or multiplier; agreed with the peer by a Poll Sequence where 6.8.3 asks for
    /// it.
    Output set_timing(Timing timing, Time now);
    /// RFC 5880 6.8.16. The caller goes on calling expire() until the peer knows or gave up.
    Output admin_down(Time now);
    Output admin_up(Time now);

    /// kNever: nothing to do until a packet comes.
    Time next_deadline() const { return next_transmit_ < detect_at_ ? next_transmit_ : detect_at_; }
    /// When silence will have lasted a detection time. kNever: the peer is not there anyway.
    Time detection_deadline() const { return detect_at_; }
    State state() const { return state_; }
    Timing timing() const { return timing_; }
    std::uint32_t local_discriminator() const { return local_discriminator_; }
    /// In AdminDown: the peer is Down too, or is not there; it need not be told any longer.
    bool peer_knows_admin_down() const;
    /// When a packet that counts was last received; nothing if the peer has been silent for a
    /// detection time.
    std::optional<Time> last_received() const;
    View view() const;

private:
    void remember(const ControlPacket& packet);
    void react_to_state(State received);
    void enter(State state, Diagnostic why);
    void forget_peer();
    void apply_timing();
    void request_poll();
    void poll_answered();
    bool may_transmit_periodically() const;
    microseconds transmit_interval() const;
    microseconds detection_time() const;
    void reschedule_transmit();
    void reschedule_detection();
    std::chrono::nanoseconds jittered(microseconds interval);
    ControlPacket packet(bool final) const;
    ControlPacket transmit(Time now, bool final);
    std::optional<ControlPacket> transmit_if_changed(Time now);

    std::uint32_t local_discriminator_;
    Timing timing_;
    std::uint32_t random_;

    State state_ = State::Down;
    Diagnostic local_diag_ = Diagnostic::None;
    Liveness liveness_ = Liveness::NeverUp;
    std::uint32_t ups_ = 0;
    // What we advertise, and what counts until the peer has answered our poll (6.8.3).
    microseconds desired_min_tx_;
    microseconds required_min_rx_;
    microseconds desired_min_tx_in_effect_;
    microseconds required_min_rx_in_effect_;
    bool polling_ = false;
    bool poll_again_ = false;  // intervals changed while a poll was on its way

    State remote_state_ = State::Down;
    Diagnostic remote_diag_ = Diagnostic::None;
    std::uint32_t remote_discr_ = 0;
    microseconds remote_min_rx_{1};
    microseconds remote_desired_min_tx_{0};
    std::uint8_t remote_detect_mult_ = 0;
    bool remote_demand_ = false;
    bool remote_cpi_ = false;

    std::optional<ControlPacket> last_sent_;  // without P and F
    Time last_transmit_{};
    Time next_transmit_ = kNever;
    Time last_received_{};
    Time detect_at_ = kNever;
};

}  // namespace routeproof::bfd
