// What was proven before a change, and what must be proven after it. Pure: who looks at the network
// is handed in by the program, this folder knows no checks of its own.
#pragma once

#include "playbooks/model.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace routeproof::playbooks {

/// As the verifier's: unknown (could not look) is neither ok nor a mismatch.
enum class Verdict { Ok, Warn, Unknown, Mismatch };

/// "proven", "warning", "unknown", "mismatch".
std::string_view to_string(Verdict verdict);

/// One thing that must hold, judged.
struct Obligation {
    std::string key;  // the same obligation has the same key in every look
    std::string router, host;
    std::string check;  // "session-established", ...
    std::string code;   // "session-missing", ...
    Verdict verdict = Verdict::Unknown;
    std::string text;  // one line for people
};

/// What one look at the network brought.
struct Look {
    std::vector<Obligation> obligations;
    std::vector<std::string> causes;  // one line each: what is not proven, folded
    std::set<std::string> not_seen;   // routers that could not be looked into
    std::set<std::string> not_heard;  // hosts whose agents could not be asked
    int nothing_seen = 0;             // an exit code, if no router at all could be looked into
    std::chrono::milliseconds took{0};
    bool whole = true;  // false: interrupted, or cut off at its deadline

    std::size_t count(Verdict verdict) const;
};

/// Looks at every router of the inventory, with the verifier's checks, at most until `deadline`.
using LookFunction = std::function<Look(std::chrono::steady_clock::time_point deadline)>;

/// What a proof is about.
struct Claim {
    ProveStep::Require require = ProveStep::Require::All;
    std::vector<std::string> routers;  // of the batch
    std::vector<std::string> hosts;    // empty: all
    std::vector<std::string> gone;     // their sessions on the routers must have gone
};

struct Judgement {
    Verdict verdict = Verdict::Ok;     // the worst of all
    std::vector<std::string> lost;     // proven before, and not now
    std::vector<std::string> broken;   // a mismatch that was none before
    std::vector<std::string> missing;  // must be proven, and is not
    std::vector<std::string> unknown;  // any of these, but only because nobody could look
    std::vector<std::string> notes;    // proven before, and no longer to be: its host says so
    std::size_t proven = 0;

    bool holds() const { return verdict == Verdict::Ok; }
    /// The sentences that speak against it, worst first.
    std::vector<std::string> against() const;
};

/// `before`: nullptr if nothing was looked at before; then only what the claim requires is judged.
Judgement judge(const Look* before, const Look& after, const Claim& claim);

}  // namespace routeproof::playbooks
