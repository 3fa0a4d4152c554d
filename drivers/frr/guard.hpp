// What we leave on a router to guard a change (guard.sh), and what it says. No I/O.
//
// FRR has no candidate and no confirmed commit. So the change is made by a process on the router
// that outlives our login, knows the configuration before, and takes the change back unless it is
// told in time to keep it. It is started before anything is changed, and changes only after a
// second login has found it alive.
#pragma once

#include "drivers/change.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::frr {

/// The shell command that reads guard.sh from its standard input and runs one verb of it. The words
/// must be of characters that no shell looks at.
std::string guard_command(std::string_view words);
/// What goes to its standard input: guard.sh, and what the verb takes.
std::string guard_input(std::string_view payload = {});
/// `text` reduced to characters that may stand in such a word.
std::string guard_word(std::string_view text);

struct GuardStatus {
    std::string state;  // staged applying pending confirmed rolledback rejected refused dropped ...
    std::vector<std::string> messages;
    std::vector<std::string> notes;
    std::vector<std::string> others;
    std::vector<std::string> lost;     // of our change, no longer in force
    std::vector<std::string> missing;  // what a roll back could not bring about
    std::vector<std::string> did;
    std::optional<std::chrono::seconds> remaining;
    bool dead = false;  // no guard is running
    std::string base;
    std::string boot;
    std::string running;  // the running configuration, after begin

    friend bool operator==(const GuardStatus&, const GuardStatus&) = default;
};

/// In one line, for people.
std::string joined(const std::vector<std::string>& lines);

/// Failure (stage Parse) if there is no state in it.
drivers::Answer<GuardStatus> parse_guard(std::string_view text);

/// What the status says about the change. "unknown" on another boot means that the router lost it.
drivers::Outcome outcome_of(const GuardStatus& status, const drivers::Ticket& ticket);

}  // namespace routeproof::frr
