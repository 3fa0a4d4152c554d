#include "drivers/junos/config_session.hpp"

#include "drivers/junos/change_requests.hpp"
#include "drivers/netconf/xml.hpp"

namespace routeproof::junos {

using drivers::Answer;
using drivers::Asked;
using drivers::Failure;

Asked<ConfigSession::Said> ConfigSession::perform(std::string operation) {
    const auto reply = co_await client_.request(std::move(operation));
    if (!reply) {
        co_return reply.error();
    }
    Said said;
    for (const auto& notice : reply->notices()) {
        if (!notice.is_warning()) {
            said.errors += (said.errors.empty() ? "" : "; ") + notice.to_string();
        } else if (notice.message.find("statement not found") == std::string::npos) {
            // That one is ours: what is replaced is deleted first, also where there is nothing.
            said.warnings.push_back(notice.to_string());
        }
    }
    said.output = netconf::first_descendant(reply->root(), "configuration-output").child_value();
    co_return said;
}

Asked<ConfigSession::Said> ConfigSession::insist(std::string operation) {
    auto said = co_await perform(std::move(operation));
    if (said && !said->errors.empty()) {
        const bool denied = said->errors.find("ermission denied") != std::string::npos;
        co_return failure(denied ? Failure::Kind::Denied : Failure::Kind::Protocol,
                          "answers: " + said->errors);
    }
    co_return std::move(said);
}

Asked<std::string> ConfigSession::lock() {
    const auto said = co_await perform(lock_candidate());
    if (!said) {
        co_return said.error();
    }
    const std::string& errors = said->errors;
    if (errors.find("locked") != std::string::npos ||
        errors.find("database modified") != std::string::npos) {
        co_return errors;
    }
    if (!errors.empty()) {
        const bool denied = errors.find("ermission denied") != std::string::npos;
        co_return failure(denied ? Failure::Kind::Denied : Failure::Kind::Protocol,
                          "answers to lock: " + errors);
    }
    locked_ = true;
    // Not every release refuses the lock of a candidate that somebody has changed.
    const auto changes = co_await insist(compare(0));
    if (!changes || !netconf::trim(changes->output).empty()) {
        locked_ = false;  // what is in there is not ours to discard
        co_await perform(unlock_candidate());
        if (!changes) {
            co_return changes.error();
        }
        co_return std::string("the candidate holds uncommitted changes of somebody else");
    }
    co_return std::string();
}

Asked<void> ConfigSession::release() {
    if (!locked_) {
        co_return Answer<void>();
    }
    locked_ = false;
    const auto discarded = co_await perform(discard_changes());
    if (!discarded) {
        co_return discarded.error();
    }
    const auto unlocked = co_await perform(unlock_candidate());
    if (!unlocked) {
        co_return unlocked.error();
    }
    co_return Answer<void>();
}

Asked<std::vector<CommitEntry>> ConfigSession::history() {
    const auto reply = co_await client_.ask(commit_history());
    if (!reply) {
        co_return reply.error();
    }
    auto history = parse_history(*reply);
    if (!history) {
        co_return client_.located(history.error());
    }
    co_return std::move(history);
}

Asked<std::optional<std::int64_t>> ConfigSession::clock(const std::vector<CommitEntry>& history) {
    if (!pending_until(history, std::nullopt)) {
        co_return std::nullopt;
    }
    const auto reply = co_await client_.request(system_uptime());
    if (!reply) {
        co_return reply.error();
    }
    co_return parse_clock(*reply);
}

Asked<Found> ConfigSession::find(drivers::Ticket ticket) {
    const auto commits = co_await history();
    if (!commits) {
        co_return commits.error();
    }
    const auto now = co_await clock(*commits);
    if (!now) {
        co_return now.error();
    }
    Found found = find_change(*commits, ticket, *now);
    if (found.until && *now) {
        *found.until -= **now;  // what remains
    } else {
        found.until.reset();
    }
    co_return found;
}

Asked<std::string> ConfigSession::pending() {
    const auto commits = co_await history();
    if (!commits) {
        co_return commits.error();
    }
    const auto now = co_await clock(*commits);
    if (!now) {
        co_return now.error();
    }
    co_return pending_until(*commits, *now) ? commits->front().to_string() : std::string();
}

Asked<std::string> ConfigSession::revision() {
    const auto reply = co_await client_.request(commit_revision());
    if (!reply) {
        co_return reply.error();
    }
    co_return parse_revision(*reply);
}

}  // namespace routeproof::junos
