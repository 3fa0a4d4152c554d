// Changing one router: stage, show the difference, commit with a timer, confirm or roll back.
//
//   stage ──► commit ──► Pending ──► confirm ──► Confirmed
//     │          │          ├──────► roll_back ► RolledBack
//  discard       │          └─(time is up)─────► RolledBack, by the router
//                └─► Unchanged: rejected, nothing of it is in force
//
// A Ticket names the change on the router. It is known before anything is in force, holds no
// secret, and is all that a later process needs to go on: write it down before commit is called.
// Whatever comes after commit logs in anew, so that confirming proves that the router still lets us
// in.
//
// Two failures must not be mixed up. A Failure means that we could not do or learn it; an Outcome
// says what the router holds. When the answer to a commit is lost, the router is asked again, by a
// new session; only if that fails, too, is the outcome Ambiguous: the timer decides, and says so.
#pragma once

#include "drivers/change/objects.hpp"
#include "drivers/device.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::drivers {

/// Who takes the change back if nobody confirms it, also when we are dead or cut off.
enum class Guarantee {
    Router,         // the router's own confirmed commit
    TimerOnRouter,  // a timer that we leave on the router
    OnlyUs,         // nobody but us: weaker
};

/// "the router", "a timer on the router", "only this program".
std::string_view to_string(Guarantee guarantee);

/// What this router can promise; readable before anything is sent to it.
struct Promise {
    Guarantee guarantee = Guarantee::OnlyUs;
    std::string sentence;  // for people: what it covers, and what not
    std::chrono::seconds shortest{1}, longest{1}, step{1};  // of the confirm timer

    bool weaker() const { return guarantee == Guarantee::OnlyUs; }
    /// The timer that the router will run for this wish: never shorter. Nothing if it runs none
    /// that long.
    std::optional<std::chrono::seconds> timer(std::chrono::seconds wish) const;
};

/// For one answer of a router that is being changed: a commit takes minutes on a big one.
inline constexpr std::chrono::minutes kCommitDeadline{3};

/// Plain text only: it goes into journals.
struct Ticket {
    std::string id;      // 12 hex digits, ours
    std::string router;  // as in the inventory
    std::string base;    // the router's state before: a revision, a fingerprint
    std::string boot;    // which of its boots, where that matters

    friend bool operator==(const Ticket&, const Ticket&) = default;
};

struct Staged {
    Ticket ticket;
    /// Not empty: who is changing the router, and since when; nothing was staged then.
    std::string held_by;
    /// What the change would do, secrets masked; empty: nothing, the router holds it all already.
    std::string difference;
    /// The router computed it; else we did, from its running configuration.
    bool by_router = false;
    std::vector<std::string> notes;  // the router's warnings
};

enum class ChangeState {
    Unchanged,   // nothing of the change is in force
    Pending,     // in force, and will be rolled back unless confirmed
    Confirmed,   // in force for good
    RolledBack,  // was in force; the router holds again what it held before
    Ambiguous,   // could not be found out
    Broken,      // neither: a roll back failed, or nobody will roll back; people are needed
};

/// "unchanged", "pending", "confirmed", "rolled back", "ambiguous", "broken".
std::string_view to_string(ChangeState state);

struct Outcome {
    ChangeState state = ChangeState::Ambiguous;
    std::string what;                 // one line: how it came to that, in the router's words
    std::vector<std::string> notes;   // warnings, things to know
    std::vector<std::string> others;  // what somebody else changed meanwhile, one line each
    std::string difference;           // what the change did, where the router says so
    std::optional<std::chrono::seconds> remaining;  // of the timer
    std::string remedy;  // for Ambiguous and Broken: what to type on the router
};

class Changer {
public:
    virtual ~Changer() = default;

    /// Logs in where the answer depends on the router; changes nothing.
    virtual Asked<Promise> promise() = 0;
    /// Locks, loads and checks; nothing is in force. The lock is kept until commit or discard, or
    /// for `hold`.
    virtual Asked<Staged> stage(Change change,
                                std::chrono::seconds hold = std::chrono::minutes(15)) = 0;
    /// Drops what was staged.
    virtual Asked<void> discard(Ticket ticket) = 0;
    /// Puts it in force and starts the timer, which Promise::timer() gives for `confirm_within`.
    /// Failure: nothing was sent.
    virtual Asked<Outcome> commit(Ticket ticket, std::chrono::seconds confirm_within) = 0;
    /// Keeps the change, if it still is what the router holds; in a new session.
    virtual Asked<Outcome> confirm(Ticket ticket) = 0;
    /// Takes back this change, and nothing that others did.
    virtual Asked<Outcome> roll_back(Ticket ticket) = 0;
    /// What became of it; only reads.
    virtual Asked<Outcome> inspect(Ticket ticket) = 0;
};

/// For the target's OS; BIRD has none: every call is a Failure NotSupported.
std::unique_ptr<Changer> make_changer(boost::asio::any_io_executor executor, Target target);

/// A new id for a Ticket.
std::string new_change_id();

}  // namespace routeproof::drivers
