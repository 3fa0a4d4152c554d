// The state machine of one connection (RFC 4271 8): events in, actions out, nothing done.
//
// Where it departs from the RFC, all of them for the sake of coming back soon and quietly:
// - Connect: a refused dial leads to Active with the retry timer running, not to Idle (as RFC 1771
//   had it and everybody does). Idle with its growing pause is for peers that answer and disagree.
// - A timer that does not run cannot expire: such an event is ignored, where the RFC would close.
// - DelayOpen is off. Any message restarts the hold timer, ROUTE-REFRESH included. An UPDATE that
//   we send does not put off the next KEEPALIVE.
// - A second OPEN on one connection is an FSM error; collisions are between connections, and the
//   Peer that owns both resolves them.
// - The pause grows with every failure until a session has stood (Timer::Stable), not until one
//   has come up: a peer that accepts and then rejects is not hammered.
// - A peer that refuses our optional parameters (2/4) gets one OPEN without any: RFC 5492 5.
#pragma once

#include "agent/peering/fsm_types.hpp"
#include "agent/peering/retry_times.hpp"
#include "agent/peering/state.hpp"

#include <functional>

namespace routeproof::bgp {

struct FsmConfig {
    LocalOpen local;
    std::optional<net::Asn> peer_as;  // none: any but ours
    bool passive = false;             // never dial
    RetryTimes retry;
    /// RFC 4271 10: a factor of 0.75 to 1.0 for each started timer but the hold timer. None: 1.
    std::function<double()> jitter;
};

class Fsm {
public:
    explicit Fsm(FsmConfig config);

    /// An answer for every pair of state and event; to what means nothing now it is empty.
    Actions handle(const Event& event);

    State state() const { return state_; }
    /// Forget earlier failures: the next pause is the shortest again.
    void reset_back_off() { failures_ = 0; }
    /// Whether the next OPEN is without capabilities; see above.
    bool plain() const { return !config_.local.capabilities; }
    void set_plain(bool plain) { config_.local.capabilities = !plain; }
    /// The session has come up once: later OPENs do not say again that we restarted (RFC 4724 4.1).
    void forget_restart() {
        if (auto& restart = config_.local.graceful_restart) {
            restart->restarting = false;
            restart->forwarding_preserved = true;  // whatever happened, it was not we who stopped
        }
    }

private:
    Actions in_idle(const Event& event);
    Actions in_connect(const Event& event);
    Actions in_active(const Event& event);
    Actions in_open_sent(const Event& event);
    Actions in_open_confirm(const Event& event);
    Actions in_established(const Event& event);

    /// What OpenSent, OpenConfirm and Established answer alike; `unexpected` is the RFC 6608
    /// subcode for a message that has no business in the state.
    Actions in_connection(const Event& event, std::uint8_t unexpected);

    Actions start();
    Actions dial();
    Actions greet();
    Actions accept_open(const OpenMessage& open);
    Actions pause();
    void learn_from(const Ending& ending);
    /// To Idle; sends what the ending says we sent, pauses before the next attempt.
    Actions fail(Ending ending);
    Actions close_with(const Notification& notification);
    /// To Idle without a next attempt.
    Actions end(Ending ending);
    void restart_hold(Actions& actions) const;
    void restart_keepalive(Actions& actions) const;
    std::chrono::milliseconds jittered(std::chrono::milliseconds time) const;

    FsmConfig config_;
    State state_ = State::Idle;
    Negotiated negotiated_;
    unsigned failures_ = 0;  // since a session last stood
};

}  // namespace routeproof::bgp
