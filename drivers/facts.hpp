// What a router answers, in one vocabulary for every vendor: plain structs, nothing of the wire.
#pragma once

#include "inventory/net/as_path.hpp"
#include "inventory/net/community.hpp"
#include "inventory/net/prefix.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace routeproof::drivers {

struct DeviceFacts {
    std::string hostname;
    std::string os;  // as the device calls it
    std::string version;
    std::string model;

    friend bool operator==(const DeviceFacts&, const DeviceFacts&) = default;
};

/// One BGP session as the router sees it. Counts are absent where the OS does not say.
struct BgpSession {
    net::Address peer;
    net::Asn peer_as;
    std::string state;  // the router's own word
    bool established = false;
    std::optional<std::uint64_t> received;  // before import policy
    std::optional<std::uint64_t> accepted;  // after it
    std::string import_policy;              // names, as configured; empty if not told
    std::string last_error;

    friend bool operator==(const BgpSession&, const BgpSession&) = default;
};

enum class Origin { Igp, Egp, Incomplete };

/// One BGP path of one prefix.
struct Route {
    net::Prefix prefix;
    std::string table;                 // inet.0, default, ...
    std::optional<net::Address> from;  // the peer that sent it, where the OS says so
    net::AsPath as_path;
    Origin origin = Origin::Igp;
    /// The BGP NEXT_HOP (Junos protocol-nh where there is one); for the best path of a multipath
    /// set all next hops of the set, where the OS lists them so.
    std::vector<net::Address> next_hops;
    /// What the router resolved next_hops to, where the two differ and it says so (Junos nh).
    std::vector<net::Address> resolved;
    bool valid = true;       // accepted and usable
    bool best = false;       // selected
    bool multipath = false;  // member of the multipath set without being the best
    std::string reason;      // the router's own words why it is not accepted or not best
    std::vector<net::Community> communities;
    std::vector<std::string> other_communities;  // large and extended ones, in the router's words
    std::optional<std::uint32_t> med;
    std::optional<std::uint32_t> local_preference;
    /// The router's word for another source ("Direct", "ospf-1"); empty for BGP. Questions about
    /// BGP never answer with such a row; a saved table may hold them.
    std::string protocol;
    std::string rd;      // route distinguisher, in tables that have them
    std::string family;  // the router's words for the address family, where it says them

    friend bool operator==(const Route&, const Route&) = default;
};

/// The answer to a question for routes. `table_seen` is false when the router had no such table,
/// so that "no route in it" is never concluded from a table that was not there.
struct RouteTable {
    bool table_seen = false;
    std::vector<Route> routes;

    friend bool operator==(const RouteTable&, const RouteTable&) = default;
};

/// A path as received, before import policy.
struct ReceivedRoute {
    Route route;
    enum class Verdict { Accepted, Rejected, Unknown } verdict = Verdict::Unknown;
    std::string reason;  // the router's own words, such as "rejected by import policy"

    friend bool operator==(const ReceivedRoute&, const ReceivedRoute&) = default;
};

/// One way out of a forwarding entry; a discard entry has none.
struct ForwardingHop {
    std::optional<net::Address> address;  // none: directly connected
    std::string interface;                // empty if not told

    friend bool operator==(const ForwardingHop&, const ForwardingHop&) = default;
};

/// What the router forwards by for one prefix.
struct ForwardingEntry {
    net::Prefix prefix;
    std::string table;
    std::string protocol;  // the router's own word for where it came from
    std::vector<ForwardingHop> hops;
    bool discard = false;    // blackhole, reject, prohibit
    bool installed = false;  // the router says that it is in use; else only selected

    friend bool operator==(const ForwardingEntry&, const ForwardingEntry&) = default;
};

struct ForwardingTable {
    bool table_seen = false;
    std::vector<ForwardingEntry> entries;

    friend bool operator==(const ForwardingTable&, const ForwardingTable&) = default;
};

struct PingResult {
    unsigned sent = 0;
    unsigned received = 0;

    friend bool operator==(const PingResult&, const PingResult&) = default;
};

}  // namespace routeproof::drivers
