// What Junos says about its commits (get-commit-information), and what that means for one of ours.
//
// A commit of ours is known by its log. Seen on 24.4: a confirmed commit that is pending carries
// <commit-confirmed>; one that a check confirmed loses that, and keeps its comment; the automatic
// roll back is a further entry of root by "other". Older releases do not mark the pending one, so
// there the comment and the router's clock decide.
#pragma once

#include "drivers/change.hpp"
#include "drivers/netconf/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace routeproof::junos {

struct CommitEntry {
    std::string user;
    std::string client;
    std::string time;          // the router's words
    std::int64_t seconds = 0;  // Unix time; 0: not told
    std::string comment;
    std::string log;
    bool marked_pending = false;

    /// "alice via cli at 2026-...", for people.
    std::string to_string() const;
    friend bool operator==(const CommitEntry&, const CommitEntry&) = default;
};

/// The newest first. Failure (stage Parse) where the reply holds no commit-information.
drivers::Answer<std::vector<CommitEntry>> parse_history(const netconf::Reply& reply);
/// get-system-uptime-information: the router's clock, Unix time.
std::optional<std::int64_t> parse_clock(const netconf::Reply& reply);
/// get-commit-revision-information: the name of the newest commit; empty if it does not say.
std::string parse_revision(const netconf::Reply& reply);

/// When the newest commit will be rolled back (Unix time), if it is a pending one. `clock` is only
/// looked at where the release does not mark it; unknown there means pending.
std::optional<std::int64_t> pending_until(const std::vector<CommitEntry>& history,
                                          std::optional<std::int64_t> clock);

std::string change_log(const drivers::Ticket& ticket, std::string_view author);
std::string confirm_log(const drivers::Ticket& ticket);
std::string rollback_log(const drivers::Ticket& ticket);

/// What the history says about the change. `place` is where our commit stands in it.
struct Found {
    enum class What {
        Absent,  // no commit of ours in it
        Pending,
        Confirmed,          // by us, or nothing is known against it
        ConfirmedByOthers,  // a later commit of somebody else confirmed it
        RolledBack,         // by us
        Reverted,           // the next commit is the automatic roll back
    } what = What::Absent;
    std::size_t place = 0;
    std::optional<std::int64_t> until;
    std::vector<std::string> others;  // commits on top that are not ours

    friend bool operator==(const Found&, const Found&) = default;
};

Found find_change(const std::vector<CommitEntry>& history,
                  const drivers::Ticket& ticket,
                  std::optional<std::int64_t> clock);

}  // namespace routeproof::junos
