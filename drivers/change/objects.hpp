// What a change to a router is made of, in one vocabulary for every vendor.
//
// A peer is merged: what is set is made so, what is not set is left as it is. A prefix list and a
// route policy are replaced: afterwards they hold what the object says and nothing else. What has
// no object here is written as free configuration text, in the router's own language.
#pragma once

#include "inventory/model.hpp"
#include "inventory/net/community.hpp"
#include "inventory/net/prefix.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace routeproof::drivers {

/// Whether the thing shall be there after the change.
enum class Presence { Present, Absent };

/// Text that no log, error or diff may show.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    /// Only for what is sent to the router.
    const std::string& reveal() const { return text_; }

    friend bool operator==(const Secret&, const Secret&) = default;

private:
    std::string text_;
};

/// A BGP neighbour of the default instance.
struct BgpPeer {
    Presence presence = Presence::Present;
    net::Address address;
    std::optional<net::Asn> remote_as;  // needed unless Absent
    /// Junos keeps peers in groups and needs its name; the others have no use for it. A group that
    /// does not exist is made, as an external one.
    std::string group;
    std::string description;    // empty: left as it is
    std::string import_policy;  // names; empty: left as it is
    std::string export_policy;
    std::optional<Secret> password;     // TCP MD5 (RFC 2385)
    std::optional<bool> shutdown;       // administratively down
    std::optional<bool> keep_received;  // keep what policy rejects; Junos always does

    friend bool operator==(const BgpPeer&, const BgpPeer&) = default;
};

/// BFD (RFC 5880) for one neighbour, which this change or an earlier one makes.
struct PeerBfd {
    struct Timers {
        std::chrono::milliseconds interval{300};  // both directions
        unsigned multiplier = 3;

        friend bool operator==(const Timers&, const Timers&) = default;
    };

    Presence presence = Presence::Present;
    net::Address peer;
    std::string group;             // as BgpPeer::group
    std::optional<Timers> timers;  // none: the router's defaults

    friend bool operator==(const PeerBfd&, const PeerBfd&) = default;
};

/// Prefixes of one family.
struct PrefixList {
    Presence presence = Presence::Present;
    std::string name;
    net::Family family = net::Family::IPv4;
    bool or_longer = false;  // every entry also matches what lies inside it
    std::vector<net::Prefix> prefixes;

    friend bool operator==(const PrefixList&, const PrefixList&) = default;
};

/// Terms in order; what none of them takes is rejected, on every OS.
struct RoutePolicy {
    struct Term {
        enum class Action { Accept, Reject };

        std::string prefix_list;                 // empty: every route
        net::Family family = net::Family::IPv4;  // of the prefix list
        bool or_longer = false;                  // as in the prefix list
        Action action = Action::Accept;
        std::optional<std::uint32_t> local_preference;
        std::optional<std::uint32_t> med;
        std::vector<net::Community> add_communities;
        std::vector<net::Asn> prepend;

        friend bool operator==(const Term&, const Term&) = default;
    };

    Presence presence = Presence::Present;
    std::string name;
    std::vector<Term> terms;

    friend bool operator==(const RoutePolicy&, const RoutePolicy&) = default;
};

/// Configuration in the router's own language. Junos: set commands, or text with braces.
struct ConfigText {
    std::string text;

    friend bool operator==(const ConfigText&, const ConfigText&) = default;
};

using ChangeItem = std::variant<BgpPeer, PeerBfd, PrefixList, RoutePolicy, ConfigText>;

struct Change {
    net::Asn router_as;  // of the router's BGP instance, which must be there
    std::vector<ChangeItem> items;
    /// Who and what for, one line: shown to others while the change is pending, and kept in the
    /// commit history where there is one.
    std::string author;

    friend bool operator==(const Change&, const Change&) = default;
};

/// One line for each reason why this change cannot be made on this OS; empty if it can. Nothing
/// that passes can end the place it is written to: names, descriptions and passwords hold only
/// characters that are plain text in every router's language.
std::vector<std::string> faults(const Change& change, inventory::Os os);

}  // namespace routeproof::drivers
