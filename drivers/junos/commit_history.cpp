#include "drivers/junos/commit_history.hpp"

#include "drivers/netconf/xml.hpp"

#include <charconv>

namespace routeproof::junos {

using drivers::Failure;
using drivers::Stage;
using drivers::Ticket;

namespace {

constexpr std::string_view kConfirmed = "commit confirmed, rollback in ";

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// The attribute seconds, whatever its prefix.
std::int64_t seconds_of(const pugi::xml_node& node) {
    for (const auto& attribute : node.attributes()) {
        const std::string_view name = attribute.name();
        if (name.substr(name.rfind(':') + 1) == "seconds") {
            return number(attribute.value());
        }
    }
    return 0;
}

/// "commit confirmed, rollback in 5mins"; 0 if the comment is another one.
std::int64_t minutes_of(std::string_view comment) {
    const auto at = comment.find(kConfirmed);
    return at == std::string_view::npos ? 0 : number(comment.substr(at + kConfirmed.size()));
}

bool mentions(const CommitEntry& entry, const std::string& mark) {
    // The log of commit-configuration is <log>; some releases show it as <comment>.
    return entry.log.find(mark) != std::string::npos ||
           entry.comment.find(mark) != std::string::npos;
}

}  // namespace

std::string CommitEntry::to_string() const {
    std::string text = user;
    if (!client.empty()) {
        text += " via " + client;
    }
    text += " at " + time;
    if (!log.empty()) {
        text += " (" + log + ')';
    }
    return text;
}

drivers::Answer<std::vector<CommitEntry>> parse_history(const netconf::Reply& reply) {
    const auto information = netconf::first_descendant(reply.root(), "commit-information");
    if (!information) {
        return Failure{Stage::Parse,
                       Failure::Kind::Protocol,
                       "answers get-commit-information without commit-information"};
    }
    std::vector<CommitEntry> history;
    for (const auto& node : netconf::children(information, "commit-history")) {
        CommitEntry entry;
        entry.user = netconf::text(node, "user");
        entry.client = netconf::text(node, "client");
        const auto time = netconf::child(node, "date-time");
        entry.time = netconf::text(time);
        entry.seconds = seconds_of(time);
        entry.comment = netconf::text(node, "comment");
        entry.log = netconf::text(node, "log");
        entry.marked_pending =
            netconf::text(node, "commit-confirmed").find("pending") != std::string_view::npos;
        history.push_back(std::move(entry));
    }
    return history;
}

std::optional<std::int64_t> parse_clock(const netconf::Reply& reply) {
    const auto current = netconf::first_descendant(reply.root(), "current-time");
    const auto seconds = seconds_of(netconf::first_descendant(current, "date-time"));
    return seconds == 0 ? std::nullopt : std::optional(seconds);
}

std::string parse_revision(const netconf::Reply& reply) {
    return std::string(netconf::text(netconf::first_descendant(reply.root(), "revision")));
}

std::optional<std::int64_t> pending_until(const std::vector<CommitEntry>& history,
                                          std::optional<std::int64_t> clock) {
    if (history.empty()) {
        return std::nullopt;
    }
    const CommitEntry& newest = history.front();
    const std::int64_t minutes = minutes_of(newest.comment);
    const std::int64_t until = newest.seconds + minutes * 60;
    if (newest.marked_pending) {
        return until;
    }
    if (minutes == 0 || (clock && *clock > until)) {
        return std::nullopt;
    }
    return until;
}

std::string change_log(const Ticket& ticket, std::string_view author) {
    return "routeproof change " + ticket.id + " by " + std::string(author);
}

std::string confirm_log(const Ticket& ticket) {
    return "routeproof confirm " + ticket.id;
}

std::string rollback_log(const Ticket& ticket) {
    return "routeproof rollback " + ticket.id;
}

Found find_change(const std::vector<CommitEntry>& history,
                  const Ticket& ticket,
                  std::optional<std::int64_t> clock) {
    using What = Found::What;
    Found found;
    const std::string ours = "routeproof change " + ticket.id + ' ';
    while (found.place < history.size() && !mentions(history[found.place], ours)) {
        ++found.place;
    }
    if (found.place == history.size()) {
        found.place = 0;
        return found;
    }
    found.what = What::Confirmed;
    if (found.place == 0) {
        found.until = pending_until(history, clock);
        if (found.until) {
            found.what = What::Pending;
        }
        return found;
    }
    const CommitEntry& next = history[found.place - 1];
    std::size_t newer = found.place;
    if (mentions(next, rollback_log(ticket))) {
        found.what = What::RolledBack;
        --newer;
    } else if (mentions(next, confirm_log(ticket))) {
        --newer;
    } else if (next.user == "root" && next.client == "other") {
        found.what = What::Reverted;
        --newer;
    } else {
        found.what = What::ConfirmedByOthers;
    }
    for (std::size_t i = 0; i < newer; ++i) {
        found.others.push_back(history[i].to_string());
    }
    return found;
}

}  // namespace routeproof::junos
