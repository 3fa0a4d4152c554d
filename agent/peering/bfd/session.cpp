#include "agent/peering/bfd/session.hpp"

#include <algorithm>
#include <array>
#include <ostream>

namespace routeproof::bfd {

std::string_view to_string(Liveness liveness) {
    constexpr std::array<std::string_view, 4> kWords{"never_up", "up", "failed", "admin_down"};
    return kWords[static_cast<std::size_t>(liveness)];
}

std::ostream& operator<<(std::ostream& out, Liveness liveness) {
    return out << to_string(liveness);
}

Session::Session(std::uint32_t local_discriminator, Timing timing, std::uint32_t seed)
    : local_discriminator_(local_discriminator),
      timing_(timing),
      random_(seed != 0 ? seed : 1),
      desired_min_tx_(std::max(timing.interval, kSlowInterval)),
      required_min_rx_(timing.interval),
      desired_min_tx_in_effect_(desired_min_tx_),
      required_min_rx_in_effect_(required_min_rx_) {}

Session::Output Session::start(Time now) {
    return {transmit(now, false), std::nullopt};
}

// RFC 5880 6.8.6, from the selection of the session on.
Session::Output Session::receive(const ControlPacket& packet, Time now) {
    if (packet.your_discriminator != 0 && packet.your_discriminator != local_discriminator_) {
        return {std::nullopt, Discard::NoSession};
    }
    if (packet.authentication_present) {
        return {std::nullopt, Discard::Authentication};
    }
    const microseconds interval_before = transmit_interval();
    const bool periodic_before = may_transmit_periodically();
    remember(packet);
    if (packet.final) {
        poll_answered();
    }
    if (state_ == State::AdminDown) {
        last_received_ = now;  // it is there, and does not know yet
        reschedule_detection();
        reschedule_transmit();
        return {std::nullopt, Discard::SessionAdminDown};
    }
    react_to_state(packet.state);
    last_received_ = now;
    reschedule_detection();
    if (transmit_interval() != interval_before || may_transmit_periodically() != periodic_before) {
        reschedule_transmit();
    }
    if (packet.poll) {
        return {transmit(now, true), std::nullopt};
    }
    return {transmit_if_changed(now), std::nullopt};
}

void Session::remember(const ControlPacket& packet) {
    remote_discr_ = packet.my_discriminator;
    remote_state_ = packet.state;
    remote_diag_ = packet.diagnostic;
    remote_demand_ = packet.demand;
    remote_min_rx_ = packet.required_min_rx;
    remote_desired_min_tx_ = packet.desired_min_tx;
    remote_detect_mult_ = packet.detect_mult;
    remote_cpi_ = packet.control_plane_independent;
}

void Session::react_to_state(State received) {
    if (received == State::AdminDown) {
        if (state_ != State::Down) {
            enter(State::Down, Diagnostic::NeighborSignaledSessionDown);
        } else if (liveness_ == Liveness::Failed) {
            liveness_ = Liveness::AdminDown;  // it is back, and does not want to be watched
        }
        return;
    }
    switch (state_) {
        case State::Down:
            if (received == State::Down) {
                enter(State::Init, local_diag_);
            } else if (received == State::Init) {
                enter(State::Up, Diagnostic::None);
            }
            return;
        case State::Init:
            if (received == State::Init || received == State::Up) {
                enter(State::Up, Diagnostic::None);
            }
            return;
        case State::Up:
            if (received == State::Down) {
                enter(State::Down, Diagnostic::NeighborSignaledSessionDown);
            }
            return;
        case State::AdminDown:
            return;  // receive() discards before
    }
}

Session::Output Session::expire(Time now) {
    if (now >= detect_at_) {
        // 6.8.4: silence ends a session that was coming up or Up; in Down it only means that the
        // discriminator we hold is worth nothing any more (6.8.1, bfd.RemoteDiscr).
        forget_peer();
        if (state_ == State::Init || state_ == State::Up) {
            enter(State::Down, Diagnostic::ControlDetectionTimeExpired);
        }
        reschedule_transmit();
        return {transmit_if_changed(now), std::nullopt};
    }
    if (now >= next_transmit_) {
        return {transmit(now, false), std::nullopt};
    }
    return {};
}

Session::Output Session::set_timing(Timing timing, Time now) {
    timing_ = timing;
    apply_timing();
    reschedule_detection();
    reschedule_transmit();
    return {transmit_if_changed(now), std::nullopt};
}

Session::Output Session::admin_down(Time now) {
    enter(State::AdminDown, Diagnostic::AdministrativelyDown);
    reschedule_transmit();
    return {transmit_if_changed(now), std::nullopt};
}

Session::Output Session::admin_up(Time now) {
    if (state_ == State::AdminDown) {
        enter(State::Down, Diagnostic::None);
        reschedule_transmit();
    }
    return {transmit_if_changed(now), std::nullopt};
}

void Session::enter(State state, Diagnostic why) {
    const bool was_up = state_ == State::Up;
    state_ = state;
    local_diag_ = why;
    if (state == State::Up) {
        liveness_ = Liveness::Up;
        ++ups_;
    } else if (state == State::AdminDown) {
        liveness_ = Liveness::AdminDown;
    } else if (was_up) {
        liveness_ = remote_state_ == State::AdminDown ? Liveness::AdminDown : Liveness::Failed;
    }
    apply_timing();
}

void Session::forget_peer() {
    remote_discr_ = 0;
    remote_state_ = State::Down;
    // As at the start: a peer that comes back passive would wait for us for ever if its last wish
    // not to be sent anything still counted.
    remote_min_rx_ = microseconds(1);
    remote_demand_ = false;
    polling_ = poll_again_ = false;
    detect_at_ = kNever;
}

// 6.8.3: what is advertised changes at once. What counts does so too, except that while Up we do
// not send slower, nor detect faster, before the peer has answered.
void Session::apply_timing() {
    const bool up = state_ == State::Up;
    const microseconds desired = up ? timing_.interval : std::max(timing_.interval, kSlowInterval);
    const microseconds required = timing_.interval;
    if (desired != desired_min_tx_ || required != required_min_rx_) {
        desired_min_tx_ = desired;
        required_min_rx_ = required;
        request_poll();
    }
    if (!up || desired_min_tx_ <= desired_min_tx_in_effect_) {
        desired_min_tx_in_effect_ = desired_min_tx_;
    }
    if (!up || required_min_rx_ >= required_min_rx_in_effect_) {
        required_min_rx_in_effect_ = required_min_rx_;
    }
}

void Session::request_poll() {
    if (remote_discr_ == 0) {
        return;  // nobody there to answer; the first packets will tell
    }
    poll_again_ = polling_;  // the answer under way may be to the former intervals
    polling_ = true;
}

void Session::poll_answered() {
    if (!polling_) {
        return;
    }
    if (poll_again_) {
        poll_again_ = false;
        return;
    }
    polling_ = false;
    desired_min_tx_in_effect_ = desired_min_tx_;
    required_min_rx_in_effect_ = required_min_rx_;
}

// 6.8.7. (We play the active role: a remote discriminator of 0 does not silence us.)
bool Session::may_transmit_periodically() const {
    if (remote_min_rx_ == microseconds(0)) {
        return false;
    }
    const bool demand = remote_demand_ && state_ == State::Up && remote_state_ == State::Up;
    return !demand || polling_;
}

microseconds Session::transmit_interval() const {
    return std::max(desired_min_tx_in_effect_, remote_min_rx_);
}

// 6.8.4, asynchronous mode.
microseconds Session::detection_time() const {
    return remote_detect_mult_ * std::max(required_min_rx_in_effect_, remote_desired_min_tx_);
}

void Session::reschedule_transmit() {
    next_transmit_ =
        may_transmit_periodically() ? last_transmit_ + jittered(transmit_interval()) : kNever;
}

void Session::reschedule_detection() {
    detect_at_ = remote_discr_ != 0 ? last_received_ + detection_time() : kNever;
}

// 6.8.7: 75 to 100 % of the interval, and at most 90 % when one lost packet ends the session.
std::chrono::nanoseconds Session::jittered(microseconds interval) {
    random_ ^= random_ << 13;  // xorshift32: spreads packets, guards nothing
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    const std::int64_t span = timing_.detect_mult == 1 ? 150 : 250;
    const std::int64_t permille = 750 + static_cast<std::int64_t>(random_) % (span + 1);
    return std::chrono::nanoseconds(interval) / 1000 * permille;
}

ControlPacket Session::packet(bool final) const {
    ControlPacket packet;
    packet.diagnostic = local_diag_;
    packet.state = state_;
    packet.final = final;
    packet.poll = polling_ && !final;  // 6.5: never both
    packet.control_plane_independent = true;
    packet.detect_mult = timing_.detect_mult;
    packet.my_discriminator = local_discriminator_;
    packet.your_discriminator = remote_discr_;
    packet.desired_min_tx = desired_min_tx_;
    packet.required_min_rx = required_min_rx_;
    return packet;
}

ControlPacket Session::transmit(Time now, bool final) {
    const ControlPacket sent = packet(final);
    ControlPacket contents = sent;
    contents.poll = contents.final = false;
    // An answer to a poll stands outside the schedule, unless it carries news.
    if (!final || contents != last_sent_) {
        last_transmit_ = now;
        reschedule_transmit();
    }
    last_sent_ = contents;
    return sent;
}

// 6.8.7: news does not wait for the next periodic packet.
std::optional<ControlPacket> Session::transmit_if_changed(Time now) {
    ControlPacket contents = packet(false);
    contents.poll = false;
    return contents == last_sent_ ? std::nullopt : std::optional(transmit(now, false));
}

bool Session::peer_knows_admin_down() const {
    return remote_discr_ == 0 || remote_state_ == State::Down || remote_state_ == State::AdminDown;
}

std::optional<Time> Session::last_received() const {
    return detect_at_ == kNever ? std::nullopt : std::optional(last_received_);
}

Session::View Session::view() const {
    View view;
    view.state = state_;
    view.diagnostic = local_diag_;
    view.remote_state = remote_state_;
    view.remote_diagnostic = remote_diag_;
    view.remote_control_plane_independent = remote_cpi_;
    view.remote_demand = remote_demand_;
    view.liveness = liveness_;
    view.ups = ups_;
    view.transmit_interval = transmit_interval();
    view.detection_time = remote_discr_ != 0 ? detection_time() : microseconds(0);
    view.remote_discriminator = remote_discr_;
    return view;
}

}  // namespace routeproof::bfd
