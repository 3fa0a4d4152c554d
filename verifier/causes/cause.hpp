// Findings folded to causes: one line each, with a count, and what to do next.
#pragma once

#include "verifier/collect/view.hpp"
#include "verifier/expect/expectation.hpp"
#include "verifier/finding.hpp"

#include <string>
#include <vector>

namespace routeproof::verifier {

enum class CauseCode : std::uint8_t {
    RouterNotSeen,     // a router could not be looked at, or not wholly
    NotLinked,         // the inventory's links do not lead from a router to a host
    HostNotAsked,      // a host's agent could not be asked
    WrongAs,           // a host runs with another AS than the inventory says
    SessionDown,       // between a host and a router
    LinkDown,          // between two routers
    PolicyReject,      // a leaf's import policy keeps a host's prefix out
    NotAnnounced,      // a session stands, and the host does not send the prefix over it
    Hijack,            // somebody else originates a host's own prefix
    Stranger,          // a prefix in a pool that nobody announces
    Stale,             // a router holds what its host says it does not announce
    Duplicate,         // two hosts, one address
    LostOnTheWay,      // accepted on the leaf, absent elsewhere
    OutsideInventory,  // an AS in the path that the inventory does not know
    WrongNextHop,
    NotBest,
    Detour,         // reached by a longer path than the topology offers
    WrongWay,       // a container's address leads elsewhere, for no reason named above
    HostDisagrees,  // what the agent says contradicts the inventory
    Other,
};

/// "policy-reject", ...: stable.
std::string_view to_string(CauseCode code);

struct Cause {
    CauseCode code = CauseCode::Other;
    Verdict verdict = Verdict::Fail;
    std::string text;       // one line, ends with the count
    std::string next_step;  // what to look at or do; may be empty
    std::vector<std::string> hosts;
    std::vector<std::string> routers;
    std::vector<net::Prefix> prefixes;
    std::vector<std::size_t> findings;  // indexes into what was folded

    friend bool operator==(const Cause&, const Cause&) = default;
};

/// Every finding that is not ok belongs to exactly one cause. Mismatches first, then what is
/// unknown, then warnings.
std::vector<Cause> fold(const Expectations& expectations,
                        const Views& views,
                        const Findings& findings);

}  // namespace routeproof::verifier
