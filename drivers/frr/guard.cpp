#include "drivers/frr/guard.hpp"

#include "drivers/text.hpp"

#include <algorithm>
#include <charconv>

namespace routeproof::frr {

using drivers::ChangeState;
using drivers::Failure;
using drivers::Outcome;
using drivers::Stage;

extern const std::string_view kGuardScript;  // guard_script.cpp

namespace {

std::string taken_back_by_hand(const drivers::Ticket& ticket) {
    return "on " + ticket.router +
           ": what it was before lies in /tmp/routeproof-change/before.flat, one line per line of "
           "configuration; mend the running configuration with vtysh, then remove the folder";
}

}  // namespace

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& line : lines) {
        out += (out.empty() ? "" : "; ") + line;
    }
    return out;
}

// Whole blocks, so that dd takes the script and not an octet of what follows.
constexpr std::size_t kBlock = 4096;

std::string guard_command(std::string_view words) {
    return "sh -c 'script=$(dd bs=4096 iflag=fullblock count=" +
           std::to_string((kGuardScript.size() + kBlock - 1) / kBlock) +
           " 2>/dev/null); eval \"$script\"' routeproof " + std::string(words);
}

std::string guard_input(std::string_view payload) {
    std::string input(kGuardScript);
    input.append((kBlock - input.size() % kBlock) % kBlock, '\n');
    return input + std::string(payload);
}

std::string guard_word(std::string_view text) {
    std::string word;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("@.,:_/=+-").find(c) != std::string_view::npos;
        word += plain ? c : '_';
    }
    return word.empty() ? "somebody" : word;
}

drivers::Answer<GuardStatus> parse_guard(std::string_view text) {
    GuardStatus status;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = text.substr(at, end - at);
        at = end + 1;
        const auto blank = std::min(line.find(' '), line.size());
        const auto key = line.substr(0, blank);
        const std::string value(line.substr(std::min(blank + 1, line.size())));
        if (key == "running") {
            status.running = text.substr(std::min(at, text.size()));
            break;
        }
        if (key == "state") {
            status.state = value;
        } else if (key == "message") {
            status.messages.push_back(value);
        } else if (key == "note") {
            status.notes.push_back(value);
        } else if (key == "others") {
            status.others.push_back(value);
        } else if (key == "lost") {
            status.lost.push_back(value);
        } else if (key == "missing") {
            status.missing.push_back(value);
        } else if (key == "did") {
            status.did.push_back(value);
        } else if (key == "base") {
            status.base = value;
        } else if (key == "boot") {
            status.boot = value;
        } else if (key == "guard") {
            status.dead = true;
        } else if (key == "remaining") {
            int seconds = 0;
            std::from_chars(value.data(), value.data() + value.size(), seconds);
            status.remaining = std::chrono::seconds(std::max(seconds, 0));
        }
    }
    if (status.state.empty()) {
        const auto line = drivers::trim(text.substr(0, text.find('\n')));
        return Failure{Stage::Parse,
                       Failure::Kind::Protocol,
                       line.empty()
                           ? "answers nothing where a shell should: does this login have one?"
                           : "answers '" + std::string(line.substr(0, 160)) +
                                 "' where the state of a change should be"};
    }
    return status;
}

Outcome outcome_of(const GuardStatus& status, const drivers::Ticket& ticket) {
    Outcome outcome;
    outcome.notes = status.notes;
    outcome.others = status.others;
    outcome.what = joined(status.messages);
    for (const auto& line : status.did) {
        outcome.difference += line + '\n';
    }
    if (!status.lost.empty()) {
        outcome.what += ": " + joined(status.lost);
    }
    const std::string& state = status.state;
    if (state == "applying" && !status.dead) {
        outcome.what = "the router is still making the change";
        outcome.remedy = "ask again later; the timer runs";
    } else if (state == "pending" || state == "applying") {
        outcome.state = ChangeState::Pending;
        outcome.remaining = status.remaining;
        if (status.dead) {
            outcome.state = ChangeState::Broken;
            outcome.what = "the change is in force and its timer on the router is dead";
            outcome.remedy = "confirm it or roll it back: either starts the timer anew";
        } else if (outcome.what.empty()) {
            outcome.what = "in force until its time is up";
        }
    } else if (state == "confirmed") {
        outcome.state = ChangeState::Confirmed;
        outcome.what = "confirmed";
    } else if (state == "rolledback") {
        outcome.state = ChangeState::RolledBack;
    } else if (state == "rejected" || state == "refused" || state == "dropped" ||
               state == "staged") {
        outcome.state = ChangeState::Unchanged;
        if (outcome.what.empty()) {
            outcome.what = state == "staged" ? "staged, not in force" : "dropped";
        }
    } else if (state == "broken") {
        outcome.state = ChangeState::Broken;
        outcome.what += "; still missing: " + joined(status.missing);
        outcome.remedy = taken_back_by_hand(ticket);
    } else if (!status.base.empty() && status.base == ticket.base) {
        outcome.state =
            status.boot == ticket.boot ? ChangeState::Unchanged : ChangeState::RolledBack;
        outcome.what = status.boot == ticket.boot
                           ? "the router holds what it held before"
                           : "the router was started anew, and holds what it held before";
    } else if (status.boot != ticket.boot) {
        outcome.state = ChangeState::Ambiguous;
        outcome.what =
            "the router was started anew since: it holds what was saved before that, and no timer "
            "runs";
        outcome.remedy = "on " + ticket.router + ": compare 'show running-config' with the change";
    } else {
        outcome.state = ChangeState::Ambiguous;
        outcome.what = "the router knows nothing of the change " + ticket.id;
        outcome.remedy = "on " + ticket.router + ": compare 'show running-config' with the change";
    }
    return outcome;
}

}  // namespace routeproof::frr
