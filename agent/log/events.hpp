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
// Router advertisements tell where an unnumbered peer is. Fields: peer (the interface), address.
inline constexpr std::string_view kBgpNeighbourSeen = "bgp.neighbour.seen";
// The interface of an unnumbered peer went down or away.
inline constexpr std::string_view kBgpLinkLost = "bgp.link.lost";
// Something about an unnumbered peer's interface does not work. Field: reason.
inline constexpr std::string_view kBgpLinkTrouble = "bgp.link.trouble";
// A peer's configuration changed so that its session has to be made anew. Field: fields.
inline constexpr std::string_view kBgpPeerChanged = "bgp.peer.changed";
// The peer is away and asked us to keep its routes for so many seconds (RFC 4724). Traffic flows
// on.
inline constexpr std::string_view kBgpRestartHelping = "bgp.restart.helping";
// The peer did not come back, or not with all: what was kept of it is gone. Field: reason.
inline constexpr std::string_view kBgpRestartOver = "bgp.restart.over";
// A peer sends many prefixes. Fields: family, limit. Is it filtering as it should?
inline constexpr std::string_view kBgpPrefixLimitNear = "bgp.prefix_limit.near";
// … and too many: its session is closed, until the time configured or `enable`.
inline constexpr std::string_view kBgpPrefixLimitExceeded = "bgp.prefix_limit.exceeded";
// A prefix could not be sent: its attributes leave no room for it in one message.
inline constexpr std::string_view kBgpPrefixTooLarge = "bgp.prefix.unsendable";

// The BFD process answers; sessions that were Up while the agent was away still are.
inline constexpr std::string_view kBfdConnected = "bfd.process.connected";
// The connection to the BFD process broke. Sessions go on without the agent; it comes back.
inline constexpr std::string_view kBfdLost = "bfd.process.lost";
// Nobody answers at the socket and the process could not be started. No session of this host is
// watched: start routeproof-bfd.service, or look at `error`.
inline constexpr std::string_view kBfdUnavailable = "bfd.process.unavailable";
// The BFD process (or the agent itself) refused what was asked. Field: error.
inline constexpr std::string_view kBfdRefused = "bfd.request.refused";
// A BFD session changed its state. Fields: peer, interface, state, diagnostic, remote_state,
// problem (why it cannot send; empty if it can).
inline constexpr std::string_view kBfdSession = "bfd.session";

// The agent is ready: sockets bound, sessions started. Fields: host, asn, router_id, driver names.
inline constexpr std::string_view kAgentStarted = "agent.started";
// The agent stops; containers keep their links and routes. Field: signal.
inline constexpr std::string_view kAgentStopping = "agent.stopping";
// Our own timers fired late: the host gives us too little CPU, and sessions (BFD's first) flap when
// it gets worse. Field: seconds. Look at the host's load, and at CPUWeight= of our unit.
inline constexpr std::string_view kAgentLate = "agent.late";
// A container's address is routed (and announced by the prefix named). Fields: address, link.
inline constexpr std::string_view kWorkloadUp = "workload.up";
inline constexpr std::string_view kWorkloadDown = "workload.down";
// A route, link or sysctl could not be set. Fields: while, error. The kernel differs from what the
// agent wants until the next start: look at the error, mend its cause, restart the agent.
inline constexpr std::string_view kKernelFailed = "kernel.failed";
// At start the kernel held something else than the store says; it was mended. Field: change.
inline constexpr std::string_view kKernelMended = "kernel.mended";
// Routes that an earlier life of the agent had learned were not repeated by any leaf in time and
// are removed. Field: routes (how many). If a leaf is down this is what should happen; if its
// session came up late, they return with it.
inline constexpr std::string_view kLearnedSwept = "kernel.learned.swept";
// A container's link is gone although Docker never said so: restart the container.
inline constexpr std::string_view kLinkMissing = "kernel.link.missing";
// At start: a container had ended while no agent ran. Its address is free again, nothing is
// announced for it. Fields: address, container, endpoint.
inline constexpr std::string_view kWorkloadForgotten = "workload.forgotten";
// The store could not be read or written: new containers are refused until it can (disk full?).
inline constexpr std::string_view kStoreFailed = "store.failed";
// The store that hosts share cannot be reached. Containers stay as they are, addresses of own
// blocks are still given after a few seconds; new blocks and borrowed addresses are refused. Field:
// error.
inline constexpr std::string_view kStoreAway = "store.away";
// It can be reached, and knows what was done alone.
inline constexpr std::string_view kStoreInTouch = "store.in_touch";
// A record that was this host's is another's in the shared store, which had not heard of us for
// longer than the lease. If a container here still has the address, stop it: two hosts have it.
// Fields: key, host (the owner now), container.
inline constexpr std::string_view kStoreRecordLost = "store.record.lost";
// This host owns a further block from now on and announces it. Field: block.
inline constexpr std::string_view kBlockClaimed = "ipam.block.claimed";
// A block of the configuration cannot be claimed in the shared store now; tried again when it is in
// touch. Field: error.
inline constexpr std::string_view kBlocksUnclaimed = "ipam.blocks.unclaimed";
// A record in the store could not be read and is not used. Field: key.
inline constexpr std::string_view kStoreRecordSkipped = "store.record.skipped";
// A call of dockerd was refused. Fields: method, error: whoever typed the command saw the same.
inline constexpr std::string_view kDockerRefused = "docker.call.refused";
// A call of dockerd was answered. Fields: method.
inline constexpr std::string_view kDockerCall = "docker.call";
// dockerd's API did not tell container names; only reports lack them. Field: error.
inline constexpr std::string_view kDockerApiFailed = "docker.api.failed";

}  // namespace event
}  // namespace routeproof::log
