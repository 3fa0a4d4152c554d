// What of the learned may be used and what of our own is told, and with which attributes.
//
// A policy is a list of terms. The first term that matches a route and does not say `next` decides;
// a route that no term decides is rejected (RFC 8212: without a policy, nothing).
#pragma once

#include "agent/peering/wire/attribute.hpp"

#include <optional>
#include <string>

namespace routeproof::bgp {

/// One line of a prefix list: prefixes inside `prefix` of a length from `ge` to `le`.
struct PrefixMatch {
    net::Prefix prefix;
    unsigned ge = 0;
    unsigned le = 0;

    /// The prefix itself and nothing else.
    static PrefixMatch exact(const net::Prefix& prefix) {
        return {prefix, prefix.length(), prefix.length()};
    }
    /// The prefix and every more-specific of it.
    static PrefixMatch and_longer(const net::Prefix& prefix) {
        return {prefix, prefix.length(), net::width(prefix.family())};
    }
    bool matches(const net::Prefix& other) const;

    friend bool operator==(const PrefixMatch&, const PrefixMatch&) = default;
};

/// Conditions of a term. Those that are empty do not restrict; the others must all hold.
struct PolicyMatch {
    std::vector<PrefixMatch> prefixes;                // any of them
    std::vector<net::Community> communities;          // all of them
    std::vector<net::Community> any_community;        // at least one
    std::vector<LargeCommunity> large_communities;    // all of them
    std::vector<LargeCommunity> any_large_community;  // at least one
    std::vector<net::Asn> path_contains;              // at least one
    std::vector<net::Asn> origin_as;                  // one of them
    std::vector<net::Prefix> next_hops;               // inside one of them

    friend bool operator==(const PolicyMatch&, const PolicyMatch&) = default;
};

/// Changes that a matching term makes, before its decision.
struct PolicySet {
    std::optional<std::uint32_t> med;
    std::optional<std::uint32_t> local_pref;
    std::optional<std::vector<net::Community>> communities;  // instead of those there
    std::vector<net::Community> add_communities;
    std::vector<net::Community> remove_communities;
    std::optional<std::vector<LargeCommunity>> large_communities;
    std::vector<LargeCommunity> add_large_communities;
    std::vector<LargeCommunity> remove_large_communities;
    unsigned prepend = 0;  // further times our own AS, on export

    friend bool operator==(const PolicySet&, const PolicySet&) = default;
};

enum class PolicyAction : std::uint8_t { Accept, Reject, Next };

struct PolicyTerm {
    std::string name;  // for people; may be empty
    PolicyMatch match;
    PolicySet set;
    PolicyAction action = PolicyAction::Accept;

    friend bool operator==(const PolicyTerm&, const PolicyTerm&) = default;
};

struct Policy {
    std::string name;  // for people: "FROM-LEAVES"
    std::vector<PolicyTerm> terms;

    /// One term that accepts all.
    static Policy accept_all() { return {"all", {PolicyTerm{}}}; }
    /// One term that accepts these prefixes and whatever lies inside them.
    static Policy accept_inside(const std::vector<net::Prefix>& prefixes);

    friend bool operator==(const Policy&, const Policy&) = default;
};

/// A route as a policy sees it.
struct PolicySubject {
    const net::Prefix& prefix;
    const PathAttributes& attributes;
    const net::Address& next_hop;
};

struct PolicyResult {
    bool accepted = false;
    /// What is left of the attributes after the terms' changes; none if no term changed any.
    std::optional<PathAttributes> changed;
};

/// Later terms see what earlier ones changed. `own_as` is what a term prepends.
PolicyResult evaluate(const Policy& policy, const PolicySubject& subject, net::Asn own_as);

/// True if some term changes attributes.
bool changes_attributes(const Policy& policy);

/// True if its answer is the same for all prefixes of one family that share their attributes.
bool ignores_prefixes(const Policy& policy);

}  // namespace routeproof::bgp
