// What a speaker and its peers are told to be: plain values.
#pragma once

#include "agent/peering/retry_times.hpp"
#include "agent/peering/rib/policy.hpp"
#include "agent/peering/wire/afi_safi.hpp"
#include "inventory/net/asn.hpp"
#include "inventory/net/router_id.hpp"
#include "inventory/secret.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace routeproof::bgp {

struct GracefulRestartConfig {  // RFC 4724
    bool enabled = false;
    /// How long the peer shall keep our routes while we are away: 1 to 4095 s.
    std::chrono::seconds restart_time{30};
    /// How long we keep the routes of a peer that is away, at most; 0: as long as it asks for.
    std::chrono::seconds stale_time{0};

    friend bool operator==(const GracefulRestartConfig&, const GracefulRestartConfig&) = default;
};

struct MaxPrefix {
    std::uint32_t limit = 0;        // received, before import policy; 0: none
    unsigned warning_percent = 80;  // of the limit: a log line
    /// After the session was closed for it: how long to stay away; 0: until somebody says enable.
    std::chrono::seconds restart_after{0};

    friend bool operator==(const MaxPrefix&, const MaxPrefix&) = default;
};

struct BfdParameters {  // RFC 5880; both directions
    std::chrono::milliseconds interval{300};
    unsigned multiplier = 3;

    friend bool operator==(const BfdParameters&, const BfdParameters&) = default;
};

struct PeerConfig {
    std::string name;                    // for people: "leaf1"
    net::Address address;                // whom we dial, and whose connections we accept;
                                         // unspecified: learned on `interface` (unnumbered)
    net::Asn asn;                        // what its OPEN must say
    net::Address local_address;          // our source address, and the next hop of what we announce
    std::chrono::seconds hold_time{90};  // proposed; 0 = no keepalives; 1 and 2 are not allowed
    std::uint16_t port = 179;
    bool passive = false;  // never dial, only accept
    /// Instead of the speaker's: between dials that nobody answers.
    std::optional<std::chrono::milliseconds> connect_retry;

    std::string interface;                      // of an unnumbered or link-local peer
    bool any_external_asn = false;              // instead of `asn`: any AS but ours
    std::vector<AfiSafi> families;              // empty: that of `address`; both if unnumbered
    Secret password;                            // TCP MD5 (RFC 2385); empty: none
    std::optional<unsigned> ttl_security_hops;  // GTSM (RFC 5082): the peer is at most so far away
    std::optional<unsigned> multihop;           // TTL of our packets; excludes GTSM
    std::optional<net::Address> next_hop_v4;    // ours, for prefixes whose family is not that of
    std::optional<net::Address> next_hop_v6;    // the session's addresses
    bool extended_next_hop = false;             // RFC 8950; always on if unnumbered
    GracefulRestartConfig graceful_restart;
    std::map<AfiSafi, MaxPrefix> max_prefix;
    std::optional<Role> role;  // ours towards this peer (RFC 9234)
    bool role_strict = false;  // the peer must state its own
    std::optional<BfdParameters> bfd;
    std::optional<Policy> import_policy;          // none: SpeakerConfig::import decides
    Policy export_policy = Policy::accept_all();  // of what we originate
    bool add_path_receive = false;                // RFC 7911

    friend bool operator==(const PeerConfig&, const PeerConfig&) = default;
};

/// An interface instead of an address: the peer is looked for there.
inline bool is_unnumbered(const PeerConfig& config) {
    return config.address.is_unspecified() && !config.interface.empty();
}

/// The speaker's name of a peer: its address, with %interface if it has one; the interface alone if
/// unnumbered.
std::string peer_key(const PeerConfig& config);

/// What is offered to the peer: those configured, or what its addresses suggest.
std::vector<AfiSafi> families_of(const PeerConfig& config);

/// Throws std::invalid_argument, with a sentence, on what cannot be meant.
void check(const PeerConfig& peer, net::Asn own_asn);

}  // namespace routeproof::bgp
