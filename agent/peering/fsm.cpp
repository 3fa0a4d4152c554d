#include "agent/peering/fsm.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

// RFC 4271 8.2.2: "a HoldTimer value of 4 minutes is suggested" until the peer's OPEN is here.
constexpr std::chrono::milliseconds kOpenHoldTime = std::chrono::minutes(4);

template <class T>
bool is(const Event& event) {
    return std::holds_alternative<T>(event);
}

bool expired(const Event& event, Timer timer) {
    const auto* expiry = std::get_if<event::TimerExpired>(&event);
    return expiry != nullptr && expiry->timer == timer;
}

void append(Actions& actions, Actions more) {
    std::move(more.begin(), more.end(), std::back_inserter(actions));
}

Ending by_us(std::optional<Notification> notification, std::string why = {}) {
    return {Ending::By::Us, std::move(notification), std::move(why)};
}

}  // namespace

Fsm::Fsm(FsmConfig config) : config_(std::move(config)) {}

Actions Fsm::handle(const Event& event) {
    switch (state_) {
        case State::Idle:
            return in_idle(event);
        case State::Connect:
            return in_connect(event);
        case State::Active:
            return in_active(event);
        case State::OpenSent:
            return in_open_sent(event);
        case State::OpenConfirm:
            return in_open_confirm(event);
        case State::Established:
            break;
    }
    return in_established(event);
}

Actions Fsm::in_idle(const Event& event) {
    if (is<event::Start>(event) || expired(event, Timer::IdleHold)) {
        return start();
    }
    if (is<event::Stop>(event)) {
        return {action::StopTimers{}};
    }
    if (is<event::Pause>(event)) {
        return pause();
    }
    if (is<event::TcpConnected>(event)) {  // RFC 4271 8.2.2: in Idle, connections are refused
        return {action::Close{}};
    }
    return {};
}

Actions Fsm::in_connect(const Event& event) {
    if (is<event::TcpConnected>(event)) {
        return greet();
    }
    if (const auto* failed = std::get_if<event::TcpFailed>(&event)) {
        state_ = State::Active;
        return {action::StartTimer{Timer::ConnectRetry, jittered(config_.retry.connect_retry)},
                action::AttemptFailed{{Ending::By::Transport, std::nullopt, failed->why}}};
    }
    if (expired(event, Timer::ConnectRetry)) {
        // RFC 4271 keeps silent here; a wrong password or a filter shows itself only so.
        Actions actions{
            action::Close{},
            action::AttemptFailed{{Ending::By::Transport, std::nullopt, "no answer to our SYN"}}};
        append(actions, dial());
        return actions;
    }
    if (is<event::Stop>(event) || is<event::CollisionLost>(event)) {
        return end(by_us(std::nullopt));
    }
    return {};  // no connection, hence no messages
}

Actions Fsm::in_active(const Event& event) {
    if (is<event::TcpConnected>(event)) {
        return greet();
    }
    if (expired(event, Timer::ConnectRetry) && !config_.passive) {
        return dial();
    }
    if (is<event::Stop>(event) || is<event::CollisionLost>(event)) {
        return end(by_us(std::nullopt));
    }
    return {};
}

Actions Fsm::in_open_sent(const Event& event) {
    if (const auto* received = std::get_if<event::OpenReceived>(&event)) {
        return accept_open(received->open);
    }
    if (const auto* failed = std::get_if<event::TcpFailed>(&event)) {
        state_ = State::Active;
        return {action::StopTimers{},
                action::Close{},
                action::StartTimer{Timer::ConnectRetry, jittered(config_.retry.connect_retry)},
                action::AttemptFailed{{Ending::By::Transport, std::nullopt, failed->why}}};
    }
    return in_connection(event, fsm_error::kInOpenSent);
}

Actions Fsm::in_open_confirm(const Event& event) {
    if (is<event::KeepaliveReceived>(event)) {
        state_ = State::Established;
        Actions actions{action::StopTimers{}};
        restart_hold(actions);
        restart_keepalive(actions);
        actions.emplace_back(action::StartTimer{Timer::Stable, config_.retry.stable_after});
        actions.emplace_back(action::SessionUp{negotiated_});
        return actions;
    }
    return in_connection(event, fsm_error::kInOpenConfirm);
}

Actions Fsm::in_established(const Event& event) {
    Actions actions;
    if (is<event::KeepaliveReceived>(event)) {
        restart_hold(actions);
        return actions;
    }
    if (is<event::UpdateReceived>(event)) {
        restart_hold(actions);
        actions.emplace_back(action::ProcessUpdate{});
        return actions;
    }
    if (const auto* refresh = std::get_if<event::RouteRefreshReceived>(&event)) {
        restart_hold(actions);
        const auto& families = negotiated_.families;
        if (std::find(families.begin(), families.end(), refresh->family) == families.end()) {
            return actions;
        }
        if (refresh->subtype == RefreshSubtype::Request) {
            actions.emplace_back(action::Readvertise{refresh->family});
        } else if (negotiated_.enhanced_route_refresh &&
                   (refresh->subtype == RefreshSubtype::Begin ||
                    refresh->subtype == RefreshSubtype::End)) {
            actions.emplace_back(action::RefreshMarked{refresh->family, refresh->subtype});
        }
        return actions;
    }
    if (expired(event, Timer::Stable)) {
        reset_back_off();
        return {action::BackOffForgotten{}};
    }
    if (is<event::BfdDown>(event)) {  // RFC 9384
        Notification down(ErrorCode::Cease, cease::kBfdDown);
        // The path is gone: routes must not outlive it at the peer (RFC 8538 4).
        return close_with(negotiated_.notification_restart ? hard_reset(down) : down);
    }
    if (is<event::PeerRestarted>(event)) {
        return end({Ending::By::Peer, std::nullopt, "it restarted and opened a new connection"});
    }
    return in_connection(event, fsm_error::kInEstablished);
}

Actions Fsm::in_connection(const Event& event, std::uint8_t unexpected) {
    if (const auto* stop = std::get_if<event::Stop>(&event)) {
        return end(by_us(stop->farewell, stop->why));
    }
    if (is<event::CollisionLost>(event)) {
        return end(by_us(Notification(ErrorCode::Cease, cease::kConnectionCollision)));
    }
    if (const auto* failed = std::get_if<event::TcpFailed>(&event)) {
        return fail({Ending::By::Transport, std::nullopt, failed->why});
    }
    if (const auto* received = std::get_if<event::NotificationReceived>(&event)) {
        return fail({Ending::By::Peer, received->notification, {}});
    }
    if (const auto* error = std::get_if<event::MessageError>(&event)) {
        return close_with(error->notification);
    }
    if (expired(event, Timer::Hold)) {
        return close_with({ErrorCode::HoldTimerExpired, 0});
    }
    // The NOTIFICATION stands behind what does not drain: most likely nobody will read it.
    if (is<event::SendStalled>(event)) {
        return close_with({ErrorCode::SendHoldTimerExpired, 0});
    }
    if (expired(event, Timer::Keepalive) && state_ != State::OpenSent) {
        Actions actions{action::SendKeepalive{}};
        restart_keepalive(actions);
        return actions;
    }
    const bool message = is<event::OpenReceived>(event) || is<event::KeepaliveReceived>(event) ||
                         is<event::UpdateReceived>(event) || is<event::RouteRefreshReceived>(event);
    if (message) {
        return close_with({ErrorCode::FiniteStateMachine, unexpected});
    }
    return {};
}

Actions Fsm::start() {
    if (config_.passive) {
        state_ = State::Active;
        return {};
    }
    return dial();
}

Actions Fsm::dial() {
    state_ = State::Connect;
    return {action::StartTimer{Timer::ConnectRetry, jittered(config_.retry.connect_retry)},
            action::Connect{}};
}

Actions Fsm::greet() {
    state_ = State::OpenSent;
    return {action::StopTimers{},
            action::SendOpen{make_open(config_.local)},
            action::StartTimer{Timer::Hold, kOpenHoldTime}};
}

Actions Fsm::accept_open(const OpenMessage& open) {
    auto agreed = negotiate(config_.local, config_.peer_as, open);
    if (!agreed) {
        return close_with(agreed.error());
    }
    negotiated_ = *agreed;
    state_ = State::OpenConfirm;
    Actions actions{action::StopTimers{}, action::SendKeepalive{}};
    restart_hold(actions);
    restart_keepalive(actions);
    if (negotiated_.hold_time.count() == 0) {
        // A peer that says no more would keep its place here for ever, and win collisions.
        actions.emplace_back(action::StartTimer{Timer::Hold, kOpenHoldTime});
    }
    actions.emplace_back(action::OpenAccepted{negotiated_});
    return actions;
}

Actions Fsm::pause() {
    const unsigned doublings = std::min(failures_, 16U);
    ++failures_;
    const auto time =
        std::min(config_.retry.idle_hold * (1U << doublings), config_.retry.idle_hold_max);
    return {action::StartTimer{Timer::IdleHold, jittered(time)}};
}

// Once: whatever else happens, the next OPEN says all that we can.
void Fsm::learn_from(const Ending& ending) {
    const auto& received = ending.notification;
    const bool refused = ending.by == Ending::By::Peer && received &&
                         received->code == ErrorCode::Open &&
                         received->subcode == open_error::kUnsupportedOptionalParameter;
    const auto& families = config_.local.families;
    const bool could = std::find(families.begin(), families.end(), kIpv4Unicast) != families.end();
    set_plain(refused && could && !plain());
}

Actions Fsm::fail(Ending ending) {
    learn_from(ending);
    Actions actions = end(std::move(ending));
    append(actions, pause());
    return actions;
}

Actions Fsm::close_with(const Notification& notification) {
    return fail(by_us(notification));
}

Actions Fsm::end(Ending ending) {
    const bool was_established = state_ == State::Established;
    state_ = State::Idle;
    Actions actions;
    if (ending.by == Ending::By::Us && ending.notification) {
        actions.emplace_back(action::SendNotification{*ending.notification});
    }
    actions.emplace_back(action::Close{});
    actions.emplace_back(action::StopTimers{});
    if (was_established) {
        actions.emplace_back(action::SessionDown{std::move(ending)});
    } else {
        actions.emplace_back(action::AttemptFailed{std::move(ending)});
    }
    return actions;
}

void Fsm::restart_hold(Actions& actions) const {
    if (negotiated_.hold_time.count() != 0) {
        actions.emplace_back(action::StartTimer{Timer::Hold, negotiated_.hold_time});
    }
}

void Fsm::restart_keepalive(Actions& actions) const {
    if (negotiated_.hold_time.count() != 0) {
        actions.emplace_back(action::StartTimer{Timer::Keepalive, jittered(negotiated_.keepalive)});
    }
}

std::chrono::milliseconds Fsm::jittered(std::chrono::milliseconds time) const {
    if (!config_.jitter) {
        return time;
    }
    const double scaled = static_cast<double>(time.count()) * config_.jitter();
    return std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(scaled));
}

}  // namespace routeproof::bgp
