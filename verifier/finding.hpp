// A judged obligation: what must hold, what was seen, and one of four verdicts.
#pragma once

#include "drivers/failure.hpp"
#include "inventory/net/as_path.hpp"
#include "inventory/net/prefix.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::verifier {

/// Ascending: of several verdicts the worst is the last. Unknown (could not look) is neither ok
/// nor a mismatch.
enum class Verdict : std::uint8_t { Ok, Warn, Unknown, Fail };

enum class CheckId : std::uint8_t {
    SessionEstablished,
    PrefixReceived,
    PrefixAccepted,
    OriginAs,
    AsPath,
    NextHop,
    BestPath,
    WorkloadReachable,
    Stranger,
    Duplicate,
    HostView,
};

/// What kind of answer stands behind the verdict. Stable words: scripts match on them.
enum class Code : std::uint8_t {
    Proven,
    NotLookedAt,   // the router or the host could not be asked
    NotLinked,     // the inventory does not say how router and host are connected
    TableNotSeen,  // it answered, but had no such table
    NotSupported,  // its OS or our driver cannot tell
    NoPath,        // nothing there whose attributes could be judged
    NotReceived,   // the leaf says that the host did not send it
    Rejected,      // received, not accepted
    NotAccepted,   // not in the table; whether it was received could not be told
    WrongOrigin,   // another AS originates it
    UnknownAs,     // an AS in the path that the inventory does not know
    LongerPath,    // accepted, but not by the shortest way
    WrongNextHop,
    NotBest,
    OtherMatch,     // the longest match for the address does not lead to its host
    Stranger,       // nobody announces it
    Stale,          // its host says that it does not announce it (any more)
    OwnerNotAsked,  // its host might announce it, but could not be asked
    Duplicate,
    SessionDown,
    SessionMissing,
    PeerAs,  // the session runs with another AS than the inventory says
    AgentName,
    AgentAs,
    AgentSession,
    AgentNextHop,
    NotAnnounced,
    NotCovered,  // a container's address that no announcement leads to
    OutsidePools,
    Unnamed,    // a container whose name Docker has not told yet
    NotInFile,  // --expect says nothing about the host
};

/// What the obligation is about; empty where it does not apply.
struct Subject {
    std::string router;
    std::string host;
    std::string peer;  // the other router, for a session between routers
    std::optional<net::Prefix> prefix;
    std::optional<net::Address> address;  // of a workload
    std::string container;

    friend bool operator==(const Subject&, const Subject&) = default;
};

/// What was seen, as values, for those who fold findings to causes.
struct Evidence {
    std::optional<net::Asn> asn;       // the wrong one
    std::optional<net::Prefix> match;  // the longest match for a workload's address
    net::AsPath as_path;
    std::vector<net::Address> next_hops;
    std::optional<net::Address> from;  // the peer in question
    std::string policy;                // import policy of the session
    std::string reason;                // the router's or the agent's own words
    std::optional<drivers::Failure> failure;
    bool direct = false;  // seen on the session with the host itself

    friend bool operator==(const Evidence&, const Evidence&) = default;
};

struct Finding {
    CheckId check = CheckId::PrefixReceived;
    Verdict verdict = Verdict::Unknown;
    Code code = Code::NotLookedAt;
    Subject subject;
    std::string expected;
    std::string actual;
    Evidence evidence;

    friend bool operator==(const Finding&, const Finding&) = default;
};

using Findings = std::vector<Finding>;

std::string_view to_string(Verdict verdict);
std::string_view to_string(CheckId check);
std::string_view to_string(Code code);

std::ostream& operator<<(std::ostream& out, const Finding& finding);

}  // namespace routeproof::verifier
