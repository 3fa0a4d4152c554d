// What goes into the state machine and what comes out of it (RFC 4271 8.1).
#pragma once

#include "agent/peering/negotiation.hpp"

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace routeproof::bgp {

enum class Timer : std::uint8_t {
    ConnectRetry,
    Hold,
    Keepalive,
    IdleHold,  // the pause in Idle before the next attempt
    Stable,    // not of the RFC: Established so long that the back-off is forgotten
};
inline constexpr std::size_t kTimers = 5;

/// Why a connection ended, and who ended it.
struct Ending {
    enum class By : std::uint8_t { Us, Peer, Transport };
    By by = By::Transport;
    std::optional<Notification> notification;  // sent (Us) or received (Peer)
    std::string detail;                        // the transport's error, or a sentence more

    friend bool operator==(const Ending&, const Ending&) = default;
};
/// "we sent Hold Timer Expired", "peer sent Cease/…", "connection failed: end of file".
std::string to_string(const Ending& ending);

namespace event {

struct Start {  // 1, 3
    friend bool operator==(const Start&, const Start&) = default;
};
struct Stop {                              // 2, 8
    std::optional<Notification> farewell;  // none: close without a word
    std::string why{};                     // for the log
    friend bool operator==(const Stop&, const Stop&) = default;
};
/// The peer has opened another connection although this one stands: with graceful restart agreed
/// that means it came back, and this one is dead (RFC 4724 4.2).
struct PeerRestarted {
    friend bool operator==(const PeerRestarted&, const PeerRestarted&) = default;
};
/// In Idle: begin the pause, then start. For a peer whose other connection has just ended.
struct Pause {
    friend bool operator==(const Pause&, const Pause&) = default;
};
struct TimerExpired {  // 9, 10, 11, 13
    Timer timer = Timer::Hold;
    friend bool operator==(const TimerExpired&, const TimerExpired&) = default;
};
struct TcpConnected {  // 16, 17
    friend bool operator==(const TcpConnected&, const TcpConnected&) = default;
};
struct TcpFailed {  // 18
    std::string why;
    friend bool operator==(const TcpFailed&, const TcpFailed&) = default;
};
struct OpenReceived {  // 19
    OpenMessage open;
    friend bool operator==(const OpenReceived&, const OpenReceived&) = default;
};
struct MessageError {  // 21, 22, 28: a decoder's verdict
    Notification notification;
    friend bool operator==(const MessageError&, const MessageError&) = default;
};
struct CollisionLost {  // 23
    friend bool operator==(const CollisionLost&, const CollisionLost&) = default;
};
struct NotificationReceived {  // 24, 25
    Notification notification;
    friend bool operator==(const NotificationReceived&, const NotificationReceived&) = default;
};
struct KeepaliveReceived {  // 26
    friend bool operator==(const KeepaliveReceived&, const KeepaliveReceived&) = default;
};
/// 27. The routes stay with the caller, who processes them if action::ProcessUpdate comes back.
struct UpdateReceived {
    friend bool operator==(const UpdateReceived&, const UpdateReceived&) = default;
};
struct RouteRefreshReceived {  // RFC 2918, RFC 7313
    AfiSafi family;
    RefreshSubtype subtype = RefreshSubtype::Request;
    friend bool operator==(const RouteRefreshReceived&, const RouteRefreshReceived&) = default;
};

/// Octets wait and the peer has taken none for the send hold time (RFC 9687, its event 29).
struct SendStalled {
    friend bool operator==(const SendStalled&, const SendStalled&) = default;
};
/// BFD says that the path is gone (RFC 5882 4.3).
struct BfdDown {
    friend bool operator==(const BfdDown&, const BfdDown&) = default;
};

}  // namespace event

using Event = std::variant<event::Start,
                           event::Stop,
                           event::PeerRestarted,
                           event::SendStalled,
                           event::BfdDown,
                           event::Pause,
                           event::TimerExpired,
                           event::TcpConnected,
                           event::TcpFailed,
                           event::OpenReceived,
                           event::MessageError,
                           event::CollisionLost,
                           event::NotificationReceived,
                           event::KeepaliveReceived,
                           event::UpdateReceived,
                           event::RouteRefreshReceived>;

namespace action {

struct Connect {
    friend bool operator==(const Connect&, const Connect&) = default;
};
struct SendOpen {
    OpenMessage open;
    friend bool operator==(const SendOpen&, const SendOpen&) = default;
};
struct SendKeepalive {
    friend bool operator==(const SendKeepalive&, const SendKeepalive&) = default;
};
struct SendNotification {
    Notification notification;
    friend bool operator==(const SendNotification&, const SendNotification&) = default;
};
/// Drop the connection, or the attempt; what was sent before still goes out.
struct Close {
    friend bool operator==(const Close&, const Close&) = default;
};
/// Restarts the timer if it runs.
struct StartTimer {
    Timer timer = Timer::Hold;
    std::chrono::milliseconds after{0};
    friend bool operator==(const StartTimer&, const StartTimer&) = default;
};
struct StopTimers {  // all of them
    friend bool operator==(const StopTimers&, const StopTimers&) = default;
};
/// The OPENs agree: the moment to look for a collision.
struct OpenAccepted {
    Negotiated negotiated;
    friend bool operator==(const OpenAccepted&, const OpenAccepted&) = default;
};
struct SessionUp {
    Negotiated negotiated;
    friend bool operator==(const SessionUp&, const SessionUp&) = default;
};
/// Established is over.
struct SessionDown {
    Ending ending;
    friend bool operator==(const SessionDown&, const SessionDown&) = default;
};
/// A connection, or the attempt at one, ended before Established.
struct AttemptFailed {
    Ending ending;
    friend bool operator==(const AttemptFailed&, const AttemptFailed&) = default;
};
struct ProcessUpdate {
    friend bool operator==(const ProcessUpdate&, const ProcessUpdate&) = default;
};
/// Send the whole Adj-RIB-Out of the family again.
struct Readvertise {
    AfiSafi family;
    friend bool operator==(const Readvertise&, const Readvertise&) = default;
};
/// The peer says the family's routes again, from here or up to here (RFC 7313).
struct RefreshMarked {
    AfiSafi family;
    RefreshSubtype mark = RefreshSubtype::Begin;
    friend bool operator==(const RefreshMarked&, const RefreshMarked&) = default;
};
/// The session has stood long enough: forget earlier failures.
struct BackOffForgotten {
    friend bool operator==(const BackOffForgotten&, const BackOffForgotten&) = default;
};

}  // namespace action

using Action = std::variant<action::Connect,
                            action::SendOpen,
                            action::SendKeepalive,
                            action::SendNotification,
                            action::Close,
                            action::StartTimer,
                            action::StopTimers,
                            action::OpenAccepted,
                            action::SessionUp,
                            action::SessionDown,
                            action::AttemptFailed,
                            action::ProcessUpdate,
                            action::Readvertise,
                            action::RefreshMarked,
                            action::BackOffForgotten>;
using Actions = std::vector<Action>;

namespace action {
// Here, where the variant's members live, because it is looked up by them.
std::ostream& operator<<(std::ostream& out, const Action& action);
}  // namespace action

}  // namespace routeproof::bgp
