#include "agent/peering/fsm.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const LocalOpen kLocal{net::Asn(65100), net::RouterId(0x0A6400FE), seconds(9)};
const LocalOpen kLeaf{net::Asn(65000), net::RouterId(0x0A6400FD), seconds(90)};
const Negotiated kAgreed = negotiate(kLocal, kLeaf.asn, make_open(kLeaf)).value();

FsmConfig config(bool passive = false) {
    FsmConfig fsm;
    fsm.local = kLocal;
    fsm.peer_as = kLeaf.asn;
    fsm.passive = passive;
    return fsm;
}

const event::OpenReceived kLeafOpen{make_open(kLeaf)};
const action::StartTimer kRetry{Timer::ConnectRetry, milliseconds(5000)};
const action::StartTimer kHold{Timer::Hold, milliseconds(9000)};
const action::StartTimer kKeepalive{Timer::Keepalive, milliseconds(3000)};

action::StartTimer idle_hold(int ms) {
    return {Timer::IdleHold, milliseconds(ms)};
}

Ending sent(const Notification& notification) {
    return {Ending::By::Us, notification, {}};
}

// Brings a machine to a state by the way a session takes.
Fsm fsm_in(State state, FsmConfig fsm_config = config()) {
    Fsm fsm(std::move(fsm_config));
    const Event way[] = {
        event::Start{}, event::TcpConnected{}, kLeafOpen, event::KeepaliveReceived{}};
    switch (state) {
        case State::Idle:
            return fsm;
        case State::Active:
            fsm.handle(event::Start{});
            fsm.handle(event::TcpFailed{"refused"});
            break;
        case State::Connect:
        case State::OpenSent:
        case State::OpenConfirm:
        case State::Established:
            for (const auto& event : way) {
                if (fsm.state() != state) {
                    fsm.handle(event);
                }
            }
            break;
    }
    EXPECT_EQ(fsm.state(), state);
    return fsm;
}

constexpr State kStates[] = {State::Idle,
                             State::Connect,
                             State::Active,
                             State::OpenSent,
                             State::OpenConfirm,
                             State::Established};

// --- the way up -----------------------------------------------------------------------------

TEST(BgpFsm, ComesUpStepByStep) {
    Fsm fsm(config());
    EXPECT_EQ(fsm.handle(event::Start{}), (Actions{kRetry, action::Connect{}}));
    EXPECT_EQ(fsm.state(), State::Connect);
    EXPECT_EQ(fsm.handle(event::TcpConnected{}),
              (Actions{action::StopTimers{},
                       action::SendOpen{make_open(kLocal)},
                       action::StartTimer{Timer::Hold, std::chrono::minutes(4)}}));
    EXPECT_EQ(fsm.state(), State::OpenSent);
    EXPECT_EQ(fsm.handle(kLeafOpen),
              (Actions{action::StopTimers{},
                       action::SendKeepalive{},
                       kHold,
                       kKeepalive,
                       action::OpenAccepted{kAgreed}}));
    EXPECT_EQ(fsm.state(), State::OpenConfirm);
    EXPECT_EQ(fsm.handle(event::KeepaliveReceived{}),
              (Actions{action::StopTimers{},
                       kHold,
                       kKeepalive,
                       action::StartTimer{Timer::Stable, milliseconds(30000)},
                       action::SessionUp{kAgreed}}));
    EXPECT_EQ(fsm.state(), State::Established);
}

TEST(BgpFsm, PassiveWaitsAndNeverDials) {
    Fsm fsm(config(true));
    EXPECT_EQ(fsm.handle(event::Start{}), Actions{});
    EXPECT_EQ(fsm.state(), State::Active);
    EXPECT_EQ(fsm.handle(event::TimerExpired{Timer::ConnectRetry}), Actions{});
    fsm.handle(event::TcpConnected{});
    EXPECT_EQ(fsm.state(), State::OpenSent);
}

TEST(BgpFsm, ARefusedDialIsTriedAgainAfterTheRetryTime) {
    Fsm fsm = fsm_in(State::Connect);
    EXPECT_EQ(fsm.handle(event::TcpFailed{"Connection refused"}),
              (Actions{kRetry,
                       action::AttemptFailed{
                           {Ending::By::Transport, std::nullopt, "Connection refused"}}}));
    EXPECT_EQ(fsm.state(), State::Active);
    EXPECT_EQ(fsm.handle(event::TimerExpired{Timer::ConnectRetry}),
              (Actions{kRetry, action::Connect{}}));
    EXPECT_EQ(fsm.state(), State::Connect);
}

TEST(BgpFsm, ADialThatNobodyAnswersIsDroppedAndMadeAnew) {
    Fsm fsm = fsm_in(State::Connect);
    EXPECT_EQ(fsm.handle(event::TimerExpired{Timer::ConnectRetry}),
              (Actions{action::Close{},
                       action::AttemptFailed{
                           {Ending::By::Transport, std::nullopt, "no answer to our SYN"}},
                       kRetry,
                       action::Connect{}}));
    EXPECT_EQ(fsm.state(), State::Connect);
}

TEST(BgpFsm, AConnectionInIdleIsRefused) {
    Fsm fsm = fsm_in(State::Idle);
    EXPECT_EQ(fsm.handle(event::TcpConnected{}), Actions{action::Close{}});
}

// --- Established ----------------------------------------------------------------------------

TEST(BgpFsm, KeepalivesAndUpdatesRestartTheHoldTimer) {
    Fsm fsm = fsm_in(State::Established);
    EXPECT_EQ(fsm.handle(event::KeepaliveReceived{}), Actions{kHold});
    EXPECT_EQ(fsm.handle(event::UpdateReceived{}), (Actions{kHold, action::ProcessUpdate{}}));
    EXPECT_EQ(fsm.handle(event::TimerExpired{Timer::Keepalive}),
              (Actions{action::SendKeepalive{}, kKeepalive}));
}

TEST(BgpFsm, ARefreshIsAnsweredForANegotiatedFamilyOnly) {
    Fsm fsm = fsm_in(State::Established);
    EXPECT_EQ(fsm.handle(event::RouteRefreshReceived{kIpv4Unicast}),
              (Actions{kHold, action::Readvertise{kIpv4Unicast}}));
    EXPECT_EQ(fsm.handle(event::RouteRefreshReceived{kIpv6Unicast}), Actions{kHold});
}

TEST(BgpFsm, RefreshMarksMeanSomethingOnlyIfBothKnowThem) {
    Fsm fsm = fsm_in(State::Established);
    for (const auto mark : {RefreshSubtype::Begin, RefreshSubtype::End}) {
        EXPECT_EQ(fsm.handle(event::RouteRefreshReceived{kIpv4Unicast, mark}),
                  (Actions{kHold, action::RefreshMarked{kIpv4Unicast, mark}}));
    }
    const auto unknown = static_cast<RefreshSubtype>(9);
    EXPECT_EQ(fsm.handle(event::RouteRefreshReceived{kIpv4Unicast, unknown}), Actions{kHold});

    Fsm without = fsm_in(State::OpenSent);
    OpenMessage open = make_open(kLeaf);
    open.capabilities.pop_back();  // Enhanced Route Refresh
    without.handle(event::OpenReceived{open});
    without.handle(event::KeepaliveReceived{});
    EXPECT_EQ(without.handle(event::RouteRefreshReceived{kIpv4Unicast, RefreshSubtype::Begin}),
              Actions{kHold});
}

// RFC 4271 10: then nothing is kept alive, and nothing ends. But a peer that falls silent between
// its OPEN and its KEEPALIVE must not keep its place for ever.
TEST(BgpFsm, WithHoldTimeZeroOnlyTheWayUpIsTimed) {
    FsmConfig without = config();
    without.local.hold_time = seconds(0);
    const Negotiated agreed = negotiate(without.local, kLeaf.asn, make_open(kLeaf)).value();
    ASSERT_EQ(agreed.hold_time, seconds(0));
    Fsm fsm = fsm_in(State::OpenSent, without);
    EXPECT_EQ(fsm.handle(kLeafOpen),
              (Actions{action::StopTimers{},
                       action::SendKeepalive{},
                       action::StartTimer{Timer::Hold, std::chrono::minutes(4)},
                       action::OpenAccepted{agreed}}));
    Fsm silent = fsm;
    EXPECT_EQ(fsm.handle(event::KeepaliveReceived{}),
              (Actions{action::StopTimers{},
                       action::StartTimer{Timer::Stable, milliseconds(30000)},
                       action::SessionUp{agreed}}));
    EXPECT_EQ(fsm.state(), State::Established);
    EXPECT_EQ(fsm.handle(event::KeepaliveReceived{}), Actions{});
    EXPECT_EQ(silent.handle(event::TimerExpired{Timer::Hold}).front(),
              Action(action::SendNotification{{ErrorCode::HoldTimerExpired, 0}}));
    EXPECT_EQ(silent.state(), State::Idle);
}

// --- the ways down --------------------------------------------------------------------------

TEST(BgpFsm, HoldTimerExpiryInEstablishedNotifiesAndGoesIdle) {
    Fsm fsm = fsm_in(State::Established);
    const Notification expired{ErrorCode::HoldTimerExpired, 0};
    EXPECT_EQ(fsm.handle(event::TimerExpired{Timer::Hold}),
              (Actions{action::SendNotification{expired},
                       action::Close{},
                       action::StopTimers{},
                       action::SessionDown{sent(expired)},
                       idle_hold(1000)}));
    EXPECT_EQ(fsm.state(), State::Idle);
}

TEST(BgpFsm, HoldTimerRunsBeforeEstablishedToo) {
    const Notification expired{ErrorCode::HoldTimerExpired, 0};
    for (const State state : {State::OpenSent, State::OpenConfirm}) {
        Fsm fsm = fsm_in(state);
        EXPECT_EQ(fsm.handle(event::TimerExpired{Timer::Hold}),
                  (Actions{action::SendNotification{expired},
                           action::Close{},
                           action::StopTimers{},
                           action::AttemptFailed{sent(expired)},
                           idle_hold(1000)}));
    }
}

TEST(BgpFsm, ANotificationIsNeverAnsweredWithOne) {
    const Notification theirs = cease_with_text(cease::kAdministrativeShutdown, "maintenance");
    for (const State state : kStates) {
        Fsm fsm = fsm_in(state);
        for (const auto& action : fsm.handle(event::NotificationReceived{theirs})) {
            EXPECT_FALSE(std::holds_alternative<action::SendNotification>(action)) << state;
        }
    }
    Fsm fsm = fsm_in(State::Established);
    EXPECT_EQ(fsm.handle(event::NotificationReceived{theirs}),
              (Actions{action::Close{},
                       action::StopTimers{},
                       action::SessionDown{{Ending::By::Peer, theirs, {}}},
                       idle_hold(1000)}));
}

TEST(BgpFsm, ALostConnectionInEstablishedEndsTheSession) {
    Fsm fsm = fsm_in(State::Established);
    const Ending lost{Ending::By::Transport, std::nullopt, "reset"};
    EXPECT_EQ(
        fsm.handle(event::TcpFailed{"reset"}),
        (Actions{
            action::Close{}, action::StopTimers{}, action::SessionDown{lost}, idle_hold(1000)}));
}

TEST(BgpFsm, AnUnacceptableOpenIsAnswered) {
    OpenMessage open = make_open(kLeaf);
    open.hold_time = 2;
    Fsm fsm = fsm_in(State::OpenSent);
    const Notification answer{ErrorCode::Open, open_error::kUnacceptableHoldTime};
    EXPECT_EQ(fsm.handle(event::OpenReceived{open}),
              (Actions{action::SendNotification{answer},
                       action::Close{},
                       action::StopTimers{},
                       action::AttemptFailed{sent(answer)},
                       idle_hold(1000)}));
}

struct Unexpected {
    State state;
    Event event;
    std::uint8_t subcode;
};

TEST(BgpFsm, AMessageThatHasNoBusinessInAStateIsAnswered) {
    const Unexpected rows[] = {
        {State::OpenSent, event::KeepaliveReceived{}, 1},
        {State::OpenSent, event::UpdateReceived{}, 1},
        {State::OpenSent, event::RouteRefreshReceived{}, 1},
        {State::OpenConfirm, event::UpdateReceived{}, 2},
        {State::OpenConfirm, kLeafOpen, 2},
        {State::Established, kLeafOpen, 3},
    };
    for (const auto& row : rows) {
        Fsm fsm = fsm_in(row.state);
        EXPECT_EQ(fsm.handle(row.event).front(),
                  Action(action::SendNotification{{ErrorCode::FiniteStateMachine, row.subcode}}))
            << row.state;
        EXPECT_EQ(fsm.state(), State::Idle);
    }
}

TEST(BgpFsm, RestartClosesWithoutAWordAndLeavingSaysWhy) {
    Fsm quiet = fsm_in(State::Established);
    EXPECT_EQ(quiet.handle(event::Stop{}),
              (Actions{action::Close{},
                       action::StopTimers{},
                       action::SessionDown{{Ending::By::Us, std::nullopt, {}}}}));
    const Notification farewell = cease_with_text(cease::kAdministrativeShutdown, "bye");
    Fsm leaving = fsm_in(State::Established);
    EXPECT_EQ(leaving.handle(event::Stop{farewell}),
              (Actions{action::SendNotification{farewell},
                       action::Close{},
                       action::StopTimers{},
                       action::SessionDown{sent(farewell)}}));
}

TEST(BgpFsm, TheLoserOfACollisionSaysSoAndDoesNotComeBackByItself) {
    Fsm fsm = fsm_in(State::OpenConfirm);
    const Notification lost{ErrorCode::Cease, cease::kConnectionCollision};
    EXPECT_EQ(fsm.handle(event::CollisionLost{}),
              (Actions{action::SendNotification{lost},
                       action::Close{},
                       action::StopTimers{},
                       action::AttemptFailed{sent(lost)}}));
    EXPECT_EQ(fsm.handle(event::Pause{}), Actions{idle_hold(1000)});
    EXPECT_EQ(fsm.handle(event::TimerExpired{Timer::IdleHold}),
              (Actions{kRetry, action::Connect{}}));
}

TEST(BgpFsm, APeerThatTakesNothingForTheSendHoldTimeIsGivenUp) {
    const Notification stalled{ErrorCode::SendHoldTimerExpired, 0};
    Fsm fsm = fsm_in(State::Established);
    EXPECT_EQ(fsm.handle(event::SendStalled{}),
              (Actions{action::SendNotification{stalled},
                       action::Close{},
                       action::StopTimers{},
                       action::SessionDown{sent(stalled)},
                       idle_hold(1000)}));
}

TEST(BgpFsm, BfdDownEndsASessionThatStandsAndNoOther) {
    for (const State state : kStates) {
        if (state != State::Established) {
            Fsm fsm = fsm_in(state);
            EXPECT_EQ(fsm.handle(event::BfdDown{}), Actions{}) << state;
            EXPECT_EQ(fsm.state(), state);
        }
    }
    Fsm fsm = fsm_in(State::Established);
    EXPECT_EQ(fsm.handle(event::BfdDown{}).front(),
              Action(action::SendNotification{{ErrorCode::Cease, cease::kBfdDown}}));
    EXPECT_EQ(fsm.state(), State::Idle);
}

TEST(BgpFsm, BfdDownIsAHardResetWhereANotificationAloneWouldKeepRoutes) {
    FsmConfig ours = config();
    ours.local.graceful_restart.emplace();
    LocalOpen leaf = kLeaf;
    leaf.graceful_restart.emplace();
    Fsm fsm = fsm_in(State::OpenSent, ours);
    fsm.handle(event::OpenReceived{make_open(leaf)});
    fsm.handle(event::KeepaliveReceived{});
    EXPECT_EQ(fsm.handle(event::BfdDown{}).front(),
              Action(action::SendNotification{
                  {ErrorCode::Cease, cease::kHardReset, {6, cease::kBfdDown}}}));
}

TEST(BgpFsm, APeerThatCameBackEndsTheOldConnectionWithoutAWord) {
    Fsm fsm = fsm_in(State::Established);
    const Ending came_back{
        Ending::By::Peer, std::nullopt, "it restarted and opened a new connection"};
    EXPECT_EQ(fsm.handle(event::PeerRestarted{}),
              (Actions{action::Close{}, action::StopTimers{}, action::SessionDown{came_back}}));
}

const event::NotificationReceived kNoParameters{
    {ErrorCode::Open, open_error::kUnsupportedOptionalParameter}};

TEST(BgpFsm, APeerThatRefusesOptionalParametersGetsOneOpenWithoutAny) {
    Fsm fsm = fsm_in(State::OpenSent);
    const auto next_open = [&fsm] {
        fsm.handle(event::TimerExpired{Timer::IdleHold});
        return std::get<action::SendOpen>(fsm.handle(event::TcpConnected{})[1]).open;
    };
    fsm.handle(kNoParameters);
    EXPECT_TRUE(next_open().capabilities.empty());
    fsm.handle(kNoParameters);  // then that was not what it minded
    EXPECT_EQ(next_open(), make_open(kLocal));
}

TEST(BgpFsm, WithoutIpv4UnicastThereIsNoOpenWithoutCapabilities) {
    FsmConfig ipv6 = config();
    ipv6.local.families = {kIpv6Unicast};
    Fsm fsm = fsm_in(State::OpenSent, ipv6);
    fsm.handle(kNoParameters);
    EXPECT_FALSE(fsm.plain());
}

// --- back-off -------------------------------------------------------------------------------

Action last_after_failure(Fsm& fsm) {
    return fsm.handle(event::TcpFailed{"reset"}).back();
}

void come_up_again(Fsm& fsm) {
    fsm.handle(event::TimerExpired{Timer::IdleHold});
    fsm.handle(event::TcpConnected{});
    fsm.handle(kLeafOpen);
    fsm.handle(event::KeepaliveReceived{});
}

TEST(BgpFsm, ThePauseDoublesUpToItsLimitAlthoughTheSessionComesUpEachTime) {
    Fsm fsm = fsm_in(State::Established);
    for (const int pause : {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000}) {
        EXPECT_EQ(last_after_failure(fsm), Action(idle_hold(pause)));
        come_up_again(fsm);
    }
}

TEST(BgpFsm, ThePauseIsShortAgainOnlyAfterASessionHasStood) {
    Fsm fsm = fsm_in(State::Established);
    last_after_failure(fsm);
    come_up_again(fsm);
    EXPECT_EQ(fsm.handle(event::TimerExpired{Timer::Stable}), Actions{action::BackOffForgotten{}});
    EXPECT_EQ(last_after_failure(fsm), Action(idle_hold(1000)));
}

TEST(BgpFsm, JitterShortensAllTimersButTheHoldTimer) {
    FsmConfig jittered = config();
    jittered.jitter = [] { return 0.75; };
    Fsm fsm(jittered);
    EXPECT_EQ(fsm.handle(event::Start{}).front(),
              Action(action::StartTimer{Timer::ConnectRetry, milliseconds(3750)}));
    fsm.handle(event::TcpConnected{});
    const Actions actions = fsm.handle(kLeafOpen);
    EXPECT_EQ(actions[2], Action(kHold));
    EXPECT_EQ(actions[3], Action(action::StartTimer{Timer::Keepalive, milliseconds(2250)}));
}

// --- totality -------------------------------------------------------------------------------

std::vector<Event> all_events() {
    return {event::Start{},
            event::Stop{},
            event::Stop{cease_with_text(2, "bye")},
            event::Pause{},
            event::PeerRestarted{},
            event::SendStalled{},
            event::BfdDown{},
            event::TimerExpired{Timer::ConnectRetry},
            event::TimerExpired{Timer::Hold},
            event::TimerExpired{Timer::Keepalive},
            event::TimerExpired{Timer::IdleHold},
            event::TimerExpired{Timer::Stable},
            event::TcpConnected{},
            event::TcpFailed{"reset"},
            kLeafOpen,
            event::OpenReceived{},
            event::MessageError{{ErrorCode::MessageHeader, 1}},
            event::CollisionLost{},
            event::NotificationReceived{},
            event::KeepaliveReceived{},
            event::UpdateReceived{},
            event::RouteRefreshReceived{},
            event::RouteRefreshReceived{kIpv4Unicast, RefreshSubtype::End}};
}

bool has_connection(State state) {
    return state >= State::OpenSent;
}

template <class T>
bool contains(const Actions& actions) {
    return std::any_of(actions.begin(), actions.end(), [](const Action& action) {
        return std::holds_alternative<T>(action);
    });
}

// Rules that hold for every pair, whatever the pair's own answer is.
TEST(BgpFsm, EveryPairOfStateAndEventKeepsTheRules) {
    for (const State state : kStates) {
        for (const auto& event : all_events()) {
            Fsm fsm = fsm_in(state);
            const Actions actions = fsm.handle(event);
            const auto pair = testing::Message() << state << " x event " << event.index();
            SCOPED_TRACE(pair);
            const bool lost_connection = has_connection(state) && !has_connection(fsm.state());
            EXPECT_EQ(lost_connection, has_connection(state) && contains<action::Close>(actions));
            EXPECT_EQ(state == State::Established && fsm.state() != State::Established,
                      contains<action::SessionDown>(actions));
            EXPECT_EQ(state != State::Established && fsm.state() == State::Established,
                      contains<action::SessionUp>(actions));
            EXPECT_TRUE(has_connection(state) || !contains<action::SendNotification>(actions));
            EXPECT_TRUE(state == State::Established || !contains<action::ProcessUpdate>(actions));
            if (std::holds_alternative<event::Stop>(event)) {
                EXPECT_EQ(fsm.state(), State::Idle);
                EXPECT_FALSE(contains<action::StartTimer>(actions));
            }
        }
    }
}

// Two events deep from every state: no sequence may break the same rules.
TEST(BgpFsm, EveryPairOfEventsLeadsToAKnownState) {
    for (const State state : kStates) {
        for (const auto& first : all_events()) {
            for (const auto& second : all_events()) {
                Fsm fsm = fsm_in(state);
                fsm.handle(first);
                const bool was_up = fsm.state() == State::Established;
                const Actions actions = fsm.handle(second);
                EXPECT_EQ(was_up && fsm.state() != State::Established,
                          contains<action::SessionDown>(actions));
            }
        }
    }
}

}  // namespace
}  // namespace routeproof::bgp
