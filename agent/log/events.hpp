// What a room of the agent says to the log: a severity, a stable event name, key=value fields.
// Rooms are handed a Sink; only main knows where the lines go. The names are a promise to whoever
// greps or alerts on them, so each stands here with what it means and what to do about it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::log {

enum class Severity : std::uint8_t { Debug, Info, Warning, Error };

struct Field {
    std::string key;
    std::string value;

    friend bool operator==(const Field&, const Field&) = default;
};

using Fields = std::vector<Field>;
using Sink = std::function<void(Severity, std::string_view event, const Fields& fields)>;

namespace event {

// A session reached Established. Fields: peer, name, peer_as, hold_time, initiated (us|peer).
inline constexpr std::string_view kBgpSessionUp = "bgp.session.up";
// An Established session ended; its learned routes are gone. `reason` says who closed and why.
inline constexpr std::string_view kBgpSessionDown = "bgp.session.down";
// A connection attempt failed before Established. Look at `reason`: refused = nobody listens at
// the leaf; a NOTIFICATION = the two configurations disagree.
inline constexpr std::string_view kBgpConnectFailed = "bgp.connect.failed";
// Somebody connected who is no peer of ours, or at a moment when the peer's session may not start.
inline constexpr std::string_view kBgpConnectionRefused = "bgp.connection.refused";
// Two connections met (RFC 4271 6.8) and one was given up. Harmless.
inline constexpr std::string_view kBgpCollision = "bgp.collision.resolved";
// A NOTIFICATION left or arrived. Fields: peer, code, subcode, error, text, data.
inline constexpr std::string_view kBgpNotificationSent = "bgp.notification.sent";
inline constexpr std::string_view kBgpNotificationReceived = "bgp.notification.received";
// An UPDATE had a fault that RFC 7606 lets us survive. Fields: action, attribute, why, hex.
// The peer (or somebody behind it) sends malformed attributes: give its vendor the hex.
inline constexpr std::string_view kBgpUpdateMalformed = "bgp.update.malformed";
// The initial table went out and End-of-RIB behind it. Fields: peer, prefixes.
inline constexpr std::string_view kBgpInitialTableSent = "bgp.table.sent";
// The listening socket could not be opened: sessions still come up by our own connect.
inline constexpr std::string_view kBgpListenFailed = "bgp.listen.failed";
// A prefix could not be sent: its attributes leave no room for it in one message.
inline constexpr std::string_view kBgpPrefixTooLarge = "bgp.prefix.unsendable";

}  // namespace event
}  // namespace routeproof::log
