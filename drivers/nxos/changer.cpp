#include "drivers/nxos/changer.hpp"

#include "drivers/change/items.hpp"
#include "drivers/nxos/config_shell.hpp"
#include "drivers/nxos/render.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace routeproof::nxos {

using drivers::Answer;
using drivers::Asked;
using drivers::ChangeState;
using drivers::ConfigLine;
using drivers::Failure;
using drivers::Outcome;
using drivers::Stage;
using drivers::Ticket;
using std::chrono::seconds;

namespace {

// Nobody but us goes back: how long to try it when the connection is lost.
constexpr std::array kPauses{
    seconds(0), seconds(1), seconds(2), seconds(5), seconds(15), seconds(30)};
constexpr std::string_view kOurs = "routeproof-";
constexpr std::string_view kNobodyElse =
    "in force, and nobody but this program goes back to the checkpoint";

drivers::Promise promise_of() {
    drivers::Promise promise;
    promise.guarantee = drivers::Guarantee::OnlyUs;
    promise.sentence =
        "a checkpoint, and nobody but this program goes back to it: if it dies or loses the "
        "router, the change stays; going back also undoes what others changed meanwhile";
    promise.longest = std::chrono::hours(24);
    return promise;
}

std::string checkpoint_of(const Ticket& ticket) {
    return std::string(kOurs) + ticket.id;
}

std::string command_back(const Ticket& ticket) {
    return "rollback running-config checkpoint " + checkpoint_of(ticket);
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

class Changer final : public drivers::Changer {
public:
    Changer(boost::asio::any_io_executor executor, drivers::Target target)
        : executor_(std::move(executor)), target_(std::move(target)) {
        target_.deadlines.rpc =
            std::max<std::chrono::milliseconds>(target_.deadlines.rpc, drivers::kCommitDeadline);
    }

    Asked<drivers::Promise> promise() override { co_return promise_of(); }

    Asked<drivers::Staged> stage(drivers::Change change, seconds) override {
        const auto wrong = drivers::faults(change, inventory::Os::Nxos);
        if (!wrong.empty()) {
            co_return Failure(Stage::Rpc, Failure::Kind::Trouble, wrong.front());
        }
        ConfigShell shell(executor_, target_);
        drivers::Staged staged;
        auto other = co_await other_change(shell, "");
        if (!other) {
            co_return other.error();
        }
        if (!other->empty()) {
            staged.held_by = std::move(*other);
            co_return std::move(staged);
        }
        const auto before = co_await shell.running();
        if (!before) {
            co_return before.error();
        }
        if (const auto lacking = drivers::missing_instance(change, *before); !lacking.empty()) {
            co_return shell.failure(Failure::Kind::NotSupported, lacking);
        }
        own_ = Own();
        const auto scopes = scopes_of(change);
        const auto steps = drivers::plan(*before, scopes);
        own_.requests = configure(drivers::commands(steps));
        staged.difference = drivers::difference(steps);
        const auto text = lines_of(drivers::config_text(change));
        for (const auto& line : text) {
            staged.difference += "> " + drivers::masked(line) + '\n';
        }
        for (auto& request : configure(text)) {
            own_.requests.push_back(std::move(request));
        }
        own_.scopes = comparable(scopes);
        own_.whole = text.empty();
        own_.secrets = drivers::secrets_of(change);
        staged.ticket.id = drivers::new_change_id();
        staged.ticket.router = target_.name;
        staged.ticket.base = fingerprint(*before);
        own_.id = staged.ticket.id;
        co_return std::move(staged);
    }

    Asked<void> discard(Ticket) override {
        own_ = Own();
        co_return Answer<void>();
    }

    Asked<Outcome> commit(Ticket ticket, seconds) override {
        if (!is_own(ticket)) {
            co_return Failure(Stage::Rpc,
                              Failure::Kind::Protocol,
                              "was staged by another process, which took it along: stage it again");
        }
        auto shell = std::make_unique<ConfigShell>(executor_, target_);
        const auto before = co_await shell->running();
        if (!before) {
            co_return before.error();
        }
        if (fingerprint(*before) != ticket.base) {
            co_return unchanged(
                "the running configuration is no longer what it was when the change was staged");
        }
        const std::string making = "checkpoint " + checkpoint_of(ticket);
        const auto made = co_await shell->perform(making);
        if (!made || !made->complaint.empty()) {
            const auto why = made ? shell->refused(making, made->complaint) : made.error();
            shell.reset();
            co_await forget(ticket);  // it may have been made
            co_return why;
        }
        const auto other = co_await other_change(*shell, checkpoint_of(ticket));
        if (!other || !other->empty()) {
            co_await forget(ticket);
            if (!other) {
                co_return other.error();
            }
            co_return unchanged("is being changed by somebody else: " + *other);
        }
        for (const auto& request : own_.requests) {
            const auto done = co_await shell->perform(request);
            if (!done) {
                shell.reset();
                co_return co_await settle(std::move(ticket), done.error().what);
            }
            if (!done->complaint.empty()) {
                shell.reset();
                const std::string why = drivers::without(done->complaint, own_.secrets);
                Outcome outcome = co_await go_back(ticket);
                if (outcome.state == ChangeState::RolledBack) {
                    outcome.state = ChangeState::Unchanged;
                    outcome.what = "rejected by the router: " + why;
                } else {
                    outcome.what = "rejected by the router: " + why + "; " + outcome.what;
                }
                co_return outcome;
            }
        }
        auto after = co_await shell->running();
        if (!after) {
            shell.reset();
            co_return co_await settle(std::move(ticket), after.error().what);
        }
        co_return co_await in_force(*shell, std::move(ticket), std::move(*after));
    }

    Asked<Outcome> confirm(Ticket ticket) override {
        ConfigShell shell(executor_, target_);
        auto seen = co_await look(shell, ticket);
        if (!seen) {
            co_return seen.error();
        }
        if (!seen->kept) {
            co_return std::move(seen->outcome);
        }
        Outcome outcome = std::move(seen->outcome);
        const bool nothing_to_do = is_own(ticket) && own_.requests.empty();
        if (outcome.state != ChangeState::Pending && !nothing_to_do) {
            outcome.what = "not confirmed: " + outcome.what;
            co_return outcome;
        }
        if (is_own(ticket)) {
            const auto lost = drivers::plan(seen->running, own_.scopes);
            if (lost != own_.unseen) {
                outcome.what = "not confirmed: the router no longer holds the change";
                if (!lost.empty()) {
                    outcome.what += ": " + drivers::masked(lost.front().line.line);
                }
                co_return outcome;
            }
        }
        const auto saved = co_await shell.perform("copy running-config startup-config");
        if (!saved) {
            outcome.what = "not confirmed: " + saved.error().what;
            co_return outcome;
        }
        outcome.state = ChangeState::Confirmed;
        outcome.what = "confirmed";
        if (!saved->complaint.empty() || saved->output.find("omplete") == std::string::npos) {
            outcome.notes.push_back(
                "in force, and not seen to be saved: " +
                (saved->complaint.empty() ? "no 'Copy complete' came" : saved->complaint));
        }
        const auto removed = co_await shell.perform("no checkpoint " + checkpoint_of(ticket));
        if (!removed || !removed->complaint.empty()) {
            outcome.notes.push_back(
                left(ticket, removed ? removed->complaint : removed.error().what));
        }
        co_return outcome;
    }

    Asked<Outcome> roll_back(Ticket ticket) override {
        std::vector<std::string> others;
        {
            ConfigShell shell(executor_, target_);
            auto seen = co_await look(shell, ticket);
            if (!seen) {
                co_return seen.error();
            }
            if (!seen->kept) {
                co_return std::move(seen->outcome);
            }
            others = std::move(seen->outcome.others);
        }
        Outcome outcome = co_await go_back(std::move(ticket));
        outcome.others = std::move(others);
        if (outcome.state == ChangeState::RolledBack && !outcome.others.empty()) {
            outcome.notes.emplace_back("what others changed meanwhile is undone, too");
        }
        co_return outcome;
    }

    Asked<Outcome> inspect(Ticket ticket) override {
        ConfigShell shell(executor_, target_);
        auto seen = co_await look(shell, std::move(ticket));
        if (!seen) {
            co_return seen.error();
        }
        co_return std::move(seen->outcome);
    }

private:
    /// What only the process that staged a change knows of it.
    struct Own {
        std::string id;
        std::vector<std::string> requests;
        std::vector<drivers::Scope> scopes;  // without passwords
        bool whole = false;                  // the scopes are all of it
        std::vector<std::string> secrets;
        std::vector<ConfigLine> after;            // the router, once it was in force
        std::vector<drivers::ConfigStep> unseen;  // what was not to be seen then
    };

    struct Seen {
        bool kept = false;  // our checkpoint is there
        std::vector<ConfigLine> running;
        Outcome outcome;
    };

    bool is_own(const Ticket& ticket) const { return !own_.id.empty() && own_.id == ticket.id; }

    static Outcome unchanged(std::string what) {
        Outcome outcome;
        outcome.state = ChangeState::Unchanged;
        outcome.what = std::move(what);
        return outcome;
    }

    static std::string left(const Ticket& ticket, const std::string& why) {
        return "the checkpoint " + checkpoint_of(ticket) + " is left: " + why;
    }

    /// The checkpoint of a change of routeproof other than `ours`; empty if there is none.
    static Asked<std::string> other_change(ConfigShell& shell, std::string ours) {
        const auto all = co_await shell.checkpoints();
        if (!all) {
            co_return all.error();
        }
        for (const auto& each : *all) {
            if (each.name.starts_with(kOurs) && each.name != ours) {
                co_return "checkpoint " + each.name + " (" + each.about +
                    "); if that is over: no checkpoint " + each.name;
            }
        }
        co_return std::string();
    }

    Asked<Seen> look(ConfigShell& shell, Ticket ticket) {
        const auto all = co_await shell.checkpoints();
        if (!all) {
            co_return all.error();
        }
        auto now = co_await shell.running();
        if (!now) {
            co_return now.error();
        }
        Seen seen;
        seen.kept = std::any_of(all->begin(), all->end(), [&](const Checkpoint& each) {
            return each.name == checkpoint_of(ticket);
        });
        seen.running = std::move(*now);
        Outcome& outcome = seen.outcome;
        if (is_own(ticket) && !own_.after.empty()) {
            outcome.others = changes(own_.after, seen.running);
        }
        if (fingerprint(seen.running) == ticket.base) {
            outcome = unchanged("the router holds what it held before");
            if (seen.kept) {
                outcome.notes.push_back(
                    left(ticket, "roll back, or: no checkpoint " + checkpoint_of(ticket)));
            }
        } else if (seen.kept) {
            outcome.state = ChangeState::Pending;
            outcome.what = kNobodyElse;
        } else {
            outcome.state = ChangeState::Ambiguous;
            outcome.what =
                "the checkpoint is gone, and the router differs from what it was before: kept, or "
                "rolled back and changed by somebody else";
            outcome.remedy =
                "on " + ticket.router + ": show accounting log | include " + checkpoint_of(ticket);
        }
        co_return std::move(seen);
    }

    /// After the last line was taken.
    Asked<Outcome> in_force(ConfigShell& shell, Ticket ticket, std::vector<ConfigLine> now) {
        Outcome outcome;
        outcome.state = ChangeState::Pending;
        outcome.what = kNobodyElse;
        own_.after = std::move(now);
        own_.unseen = drivers::plan(own_.after, own_.scopes);
        for (const auto& step : own_.unseen) {
            outcome.notes.push_back("was taken, and is not to be seen: " +
                                    drivers::masked(step.line.line));
        }
        const auto patch = co_await shell.perform("show diff rollback-patch checkpoint " +
                                                  checkpoint_of(ticket) + " running-config");
        if (patch) {
            for (const auto& line : parse_patch(patch->output)) {
                outcome.difference += drivers::without(line, own_.secrets) + '\n';
            }
        }
        co_return outcome;
    }

    /// The connection was lost in the middle of the change: looks by new ones how far it came.
    Asked<Outcome> settle(Ticket ticket, std::string lost) {
        const std::string note = "the connection was lost in the middle of the change (" + lost +
                                 "); looked at in a new one";
        std::string why;
        for (const auto pause : kPauses) {
            co_await wait(pause);
            ConfigShell shell(executor_, target_);
            auto now = co_await shell.running();
            if (!now) {
                why = now.error().what;
                continue;
            }
            // Where text is part of it, nobody can tell whether all of it was taken.
            const bool whole = own_.whole && drivers::plan(*now, own_.scopes).empty();
            Answer<Outcome> outcome = Outcome();
            if (whole) {  // not with ?:, of which GCC 12 awaits both sides
                outcome = co_await in_force(shell, ticket, std::move(*now));
            } else {
                outcome = co_await go_back(ticket);
            }
            outcome->notes.push_back(note);
            co_return outcome;
        }
        co_return unreachable(ticket, lost + "; " + why);
    }

    /// Until the router holds what it held before, or says that it cannot.
    boost::asio::awaitable<Outcome> go_back(Ticket ticket) {
        Outcome outcome;
        std::string why;
        for (const auto pause : kPauses) {
            co_await wait(pause);
            ConfigShell shell(executor_, target_);
            auto now = co_await shell.running();
            if (now && fingerprint(*now) != ticket.base) {
                const auto back = co_await shell.perform(command_back(ticket));
                if (!back) {
                    why = back.error().what;
                    continue;
                }
                if (!back->complaint.empty()) {
                    co_return broken(ticket, "could not be rolled back: " + back->complaint);
                }
                now = co_await shell.running();
            }
            if (!now) {
                why = now.error().what;
                continue;
            }
            if (fingerprint(*now) != ticket.base) {
                const auto patch =
                    co_await shell.perform("show diff rollback-patch checkpoint " +
                                           checkpoint_of(ticket) + " running-config");
                std::string rest = patch ? patch->complaint : patch.error().what;
                if (patch) {
                    for (const auto& line : parse_patch(patch->output)) {
                        rest += '\n' + drivers::without(line, own_.secrets);
                    }
                }
                co_return broken(ticket,
                                 "the router says that it rolled back, and differs from what it "
                                 "was before: " +
                                     rest);
            }
            outcome.state = ChangeState::RolledBack;
            outcome.what = "rolled back to the checkpoint";
            const auto removed = co_await shell.perform("no checkpoint " + checkpoint_of(ticket));
            if (!removed || !removed->complaint.empty()) {
                outcome.notes.push_back(
                    left(ticket, removed ? removed->complaint : removed.error().what));
            }
            co_return outcome;
        }
        co_return unreachable(ticket, why);
    }

    static Outcome broken(const Ticket& ticket, const std::string& what) {
        Outcome outcome;
        outcome.state = ChangeState::Broken;
        outcome.what = what;
        outcome.remedy = "on " + ticket.router + ": " + command_back(ticket);
        return outcome;
    }

    static Outcome unreachable(const Ticket& ticket, const std::string& why) {
        Outcome outcome = broken(ticket, why + "; no timer runs on the router");
        outcome.state = ChangeState::Ambiguous;
        return outcome;
    }

    /// Takes away a checkpoint that nothing was changed after; as well as can be.
    boost::asio::awaitable<void> forget(Ticket ticket) {
        ConfigShell shell(executor_, target_);
        co_await shell.perform("no checkpoint " + checkpoint_of(ticket));
    }

    boost::asio::awaitable<void> wait(seconds pause) {
        boost::asio::steady_timer timer(executor_, pause);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }

    /// Without passwords: what the router shows of them is not what was sent.
    static std::vector<drivers::Scope> comparable(std::vector<drivers::Scope> scopes) {
        std::erase_if(scopes, [](const auto& scope) { return scope.prefix == "password "; });
        return scopes;
    }

    boost::asio::any_io_executor executor_;
    drivers::Target target_;
    Own own_;
};

}  // namespace

std::unique_ptr<drivers::Changer> make_changer(boost::asio::any_io_executor executor,
                                               drivers::Target target) {
    return std::make_unique<Changer>(std::move(executor), std::move(target));
}

}  // namespace routeproof::nxos
