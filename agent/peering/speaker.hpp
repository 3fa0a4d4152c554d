// The BGP speaker of a host: announces the host's prefixes to its leaves, learns routes from them.
//
// How it hangs together. `wire/` turns octets into messages and back and knows no connection.
// Fsm (fsm.hpp) is RFC 4271 section 8 as a function from event to actions and knows no socket.
// A Session owns one TCP connection with its timers and runs one Fsm; a Peer owns up to two
// Sessions, because both sides may dial at once (RFC 4271 6.8). Received routes go into the peer's
// AdjRibIn, the decision over all peers is LocRib's, and what a peer was told is its AdjRibOut.
// A host is never transit: only what announce() was called for is ever sent.
//
// One thread: construct, call and destroy on the io_context's thread; callbacks come on it too and
// may call back into the speaker, but must not destroy it.
#pragma once

#include "agent/log/events.hpp"
#include "agent/peering/announce_attributes.hpp"
#include "agent/peering/config.hpp"
#include "agent/peering/peer_routes.hpp"
#include "agent/peering/state.hpp"
#include "agent/peering/table_view.hpp"
#include "inventory/net/asn.hpp"
#include "inventory/net/community.hpp"
#include "inventory/net/prefix.hpp"
#include "inventory/net/router_id.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace routeproof::bgp {

struct SpeakerConfig {
    net::Asn asn;
    net::RouterId router_id;
    std::vector<PeerConfig> peers;
    Policy import;  // of peers that have none of their own; by default nothing is let in
    std::uint16_t listen_port = 179;  // on each peer's local_address; 0 = do not listen
    RetryTimes retry;
    bool restarting = false;            // R: the first OPENs say that we come back (RFC 4724 4.1)
    bool forwarding_preserved = false;  // F: and that packets never stopped
    /// Leave: between saying GRACEFUL_SHUTDOWN and withdrawing, for the peers to find other paths.
    std::chrono::milliseconds drain_time{1000};
};

/// Messages of one direction, over all sessions with a peer.
struct MessageCounts {
    std::uint64_t open = 0;
    std::uint64_t update = 0;
    std::uint64_t notification = 0;
    std::uint64_t keepalive = 0;
    std::uint64_t route_refresh = 0;
    std::uint64_t octets = 0;

    friend bool operator==(const MessageCounts&, const MessageCounts&) = default;
};

/// Faults in attributes that sessions survived, by what RFC 7606 has done about them and the
/// attribute's type code.
using FaultCounts = std::map<std::pair<ErrorAction, std::uint8_t>, std::uint64_t>;

struct FamilyStatus {
    AfiSafi family;
    std::size_t advertised = 0;  // prefixes in the peer's Adj-RIB-Out, as sent
    std::size_t received = 0;    // prefixes in the peer's Adj-RIB-In
    std::size_t accepted = 0;    // of these, passed by the import policy
    std::size_t stale = 0;       // of these, kept from before the peer went away (RFC 4724)
    bool end_of_rib = false;     // received in the session that now stands

    friend bool operator==(const FamilyStatus&, const FamilyStatus&) = default;
};

/// What BFD says of the path to a peer.
enum class BfdState : std::uint8_t { AdminDown, Down, Up };
std::string_view to_string(BfdState state);

struct SessionStatus {
    std::string key;  // how the Speaker's functions call the peer; stays while an address is learnt
    std::string name;
    net::Address peer;
    net::Asn peer_as;
    net::Address local_address;
    State state = State::Idle;
    std::chrono::system_clock::time_point since;  // when the state was entered
    std::chrono::seconds uptime{0};               // time in Established; 0 otherwise
    std::string last_error;          // who closed and why, in words; empty: nothing went wrong yet
    std::size_t advertised = 0;      // prefixes in the peer's Adj-RIB-Out, as sent
    std::size_t received = 0;        // prefixes in the peer's Adj-RIB-In
    std::size_t accepted = 0;        // of these, passed by the import policy
    std::uint64_t updates_sent = 0;  // messages, over all sessions with this peer
    std::uint64_t updates_received = 0;
    std::uint64_t updates_malformed = 0;
    FaultCounts faults;
    std::chrono::seconds hold_time{0};  // negotiated; 0 unless Established

    std::string interface;  // of an unnumbered or link-local peer
    /// Why it is kept down, in words: "shut down: maintenance", "more than 100 prefixes …". Empty:
    /// it is not.
    std::string held;
    MessageCounts sent_messages;
    MessageCounts received_messages;
    std::string last_error_sent;  // the last NOTIFICATION each way, in words
    std::string last_error_received;
    std::uint64_t flaps = 0;                      // sessions that ended
    std::optional<Negotiated> negotiated;         // while Established
    std::vector<FamilyStatus> families;           // the configured ones
    std::optional<std::chrono::seconds> restart;  // the peer is away, its routes are kept so long
    std::optional<BfdState> bfd;                  // none: nobody has said anything
    bool draining = false;                        // GRACEFUL_SHUTDOWN on all that we announce
};

/// A peer that holds an announcement of ours, and the next hop it was given.
struct Advertisement {
    net::Address peer;
    net::Address next_hop;

    friend bool operator==(const Advertisement&, const Advertisement&) = default;
};

struct SpeakerCallbacks {
    /// The ECMP set of best next hops of a learned prefix changed; sorted; empty = withdrawn.
    /// Prefixes that we announce ourselves are never reported as learned.
    std::function<void(const net::Prefix&, const NextHops& next_hops)> route;
    /// A session entered another state.
    std::function<void(const SessionStatus&)> session;
    log::Sink log;
};

enum class StopMode : std::uint8_t {
    Restart,  // close silently: the agent comes back, the peer shall not be told to forget us
    Leave,    // GRACEFUL_SHUTDOWN on everything (RFC 8326), a moment's wait, withdrawals, Cease 6/2
};

class Speaker {
public:
    /// Any callback may be empty. Throws std::invalid_argument on a configuration that cannot be
    /// meant: AS 0, router id 0, hold time 1 or 2, two peers with one address, families that differ
    /// between a peer's two addresses, GTSM and multihop together, a role within one AS.
    Speaker(boost::asio::io_context& io, SpeakerConfig config, SpeakerCallbacks callbacks);
    /// As stop(Restart).
    ~Speaker();
    Speaker(const Speaker&) = delete;
    Speaker& operator=(const Speaker&) = delete;

    /// Opens the listeners and starts dialling. Announcements made before go out with the first
    /// table.
    void start();

    /// Adds or replaces; the same again sends nothing. On the wire within milliseconds.
    void announce(const net::Prefix& prefix, const AnnounceAttributes& attributes = {});
    /// Nothing happens if it was not announced.
    void withdraw(const net::Prefix& prefix);

    // Peers are named by their address, unnumbered ones by their interface. Every function that
    // takes such a name gives false if there is no such peer. The others are not touched.

    /// Throws as the constructor does.
    void add_peer(PeerConfig peer);
    /// Policies, limits and BFD change in flight. What changes the OPEN or the connection ends the
    /// session with Cease/Other Configuration Change, and the log names the fields.
    bool change_peer(PeerConfig peer);
    /// Withdraws nothing by itself: Cease/Peer De-configured does.
    bool remove_peer(const std::string& peer);
    /// Ends the session and keeps it down; `text` goes to the peer (RFC 9003).
    bool shutdown_peer(const std::string& peer, const std::string& text = {});
    /// Also after the prefix limit has closed it.
    bool enable_peer(const std::string& peer);
    /// Cease/Administrative Reset, then comes back.
    bool reset_peer(const std::string& peer, const std::string& text = {});
    /// Asks the peer to say all its routes again (RFC 2918) and says all of ours again.
    bool refresh_peer(const std::string& peer);
    /// From whoever runs BFD. Down ends a session in which BFD was up (Cease 6/10, RFC 9384);
    /// AdminDown never does. `independent`: the C bit of RFC 5880, then Down also ends the keeping
    /// of routes of a peer that restarts (RFC 5882 4.3).
    bool set_bfd_state(const std::string& peer, BfdState state, bool independent = false);

    /// All that we announce carries GRACEFUL_SHUTDOWN (RFC 8326) from now on, or no longer.
    void drain(bool draining);
    bool draining() const;

    /// In the order of the configuration, then of being added.
    std::vector<SessionStatus> sessions() const;
    /// Who has been sent this prefix in the session that now stands.
    std::vector<Advertisement> advertised(const net::Prefix& prefix) const;

    /// Shows rows of a table (of one peer, unless it is the Loc-RIB) from a place on, so many slots
    /// at a time; gives where to go on, nothing at the end, or if there is no such peer.
    std::optional<Slot> walk(
        Table table, const std::string& peer, Slot from, Slot count, const ShowRow& show) const;
    PrefixView explain(const net::Prefix& prefix) const;

    /// Ends all sessions; `text` goes into the Cease (RFC 9003, cut to 255 octets). `done` is
    /// called when the sockets are closed, at the latest after drain_time and two seconds. With
    /// Restart nothing at all is sent, whether or not both sides know RFC 8538. Learned routes are
    /// *not* reported as withdrawn: the agent decides what the kernel keeps.
    void stop(StopMode mode, const std::string& text = {}, std::function<void()> done = {});

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace routeproof::bgp
