#include "drivers/junos/changer.hpp"

#include "drivers/change/items.hpp"
#include "drivers/junos/change_requests.hpp"
#include "drivers/junos/config_session.hpp"
#include "drivers/junos/render.hpp"
#include "drivers/junos/secrets.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace routeproof::junos {

using drivers::Answer;
using drivers::Asked;
using drivers::ChangeState;
using drivers::Failure;
using drivers::Outcome;
using drivers::Stage;
using drivers::Ticket;
using std::chrono::seconds;
using What = Found::What;

namespace {

// After a lost answer: how long to ask. A router may keep the lock of a session that was cut, and a
// commit that is under way, for a while.
constexpr std::array kPauses{
    seconds(0), seconds(1), seconds(2), seconds(5), seconds(15), seconds(30)};

drivers::Promise promise_of() {
    drivers::Promise promise;
    promise.guarantee = drivers::Guarantee::Router;
    promise.sentence =
        "the router's confirmed commit: it rolls back by itself; a router that starts anew "
        "meanwhile keeps the change, and any commit of somebody else confirms it";
    promise.shortest = promise.step = std::chrono::minutes(1);
    promise.longest = std::chrono::minutes(65535);
    return promise;
}

Outcome outcome_of(const Found& found) {
    Outcome outcome;
    outcome.others = found.others;
    switch (found.what) {
        case What::Absent:
            outcome.state = ChangeState::Unchanged;
            outcome.what = "no commit of it took place";
            break;
        case What::Pending:
            outcome.state = ChangeState::Pending;
            outcome.what = "in force until its time is up";
            if (found.until) {
                outcome.remaining = seconds(std::max<std::int64_t>(*found.until, 0));
            }
            break;
        case What::Confirmed:
            outcome.state = ChangeState::Confirmed;
            outcome.what = "confirmed";
            break;
        case What::ConfirmedByOthers:
            outcome.state = ChangeState::Confirmed;
            outcome.what = "confirmed by a commit of somebody else";
            break;
        case What::RolledBack:
            outcome.state = ChangeState::RolledBack;
            outcome.what = "rolled back on request";
            break;
        case What::Reverted:
            outcome.state = ChangeState::RolledBack;
            outcome.what = "not confirmed in time: rolled back by the router";
            break;
    }
    return outcome;
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
        const auto wrong = drivers::faults(change, inventory::Os::Junos);
        if (!wrong.empty()) {
            co_return Failure(Stage::Rpc, Failure::Kind::Trouble, wrong.front());
        }
        session_ = std::make_unique<ConfigSession>(executor_, target_);
        drivers::Staged refused;
        auto holder = co_await session_->lock();
        if (!holder || !holder->empty()) {
            session_.reset();
            if (!holder) {
                co_return holder.error();
            }
            refused.held_by = std::move(*holder);
            co_return std::move(refused);
        }
        auto staged = co_await load(std::move(change));
        if (!staged || !staged->held_by.empty()) {
            co_await session_->release();
            session_.reset();
        }
        co_return std::move(staged);
    }

    Asked<void> discard(Ticket) override {
        if (!session_) {
            co_return Answer<void>();  // the lock and the candidate went with their session
        }
        const auto released = co_await session_->release();
        session_.reset();
        co_return released;
    }

    Asked<Outcome> commit(Ticket ticket, seconds confirm_within) override {
        const auto timer = promise_of().timer(confirm_within);
        if (!timer) {
            co_return Failure(Stage::Rpc,
                              Failure::Kind::Trouble,
                              "a confirmed commit on Junos waits for 65535 minutes at most");
        }
        if (!session_ || ticket.id != staged_) {
            co_return Failure(Stage::Rpc,
                              Failure::Kind::Protocol,
                              "what was staged is gone with its session: stage it again");
        }
        const long minutes = std::chrono::duration_cast<std::chrono::minutes>(*timer).count();
        auto session = std::move(session_);
        auto said =
            co_await session->perform(commit_confirmed(minutes, change_log(ticket, author_)));
        if (!said) {
            session.reset();
            co_return co_await settle(std::move(ticket), What::Absent, lost(said.error().what));
        }
        auto found = co_await session->find(ticket);
        if (!said->errors.empty()) {
            // A commit that fails half way may have started its timer (netopeer2#1826): look.
            co_await session->release();
            session.reset();
            if (found && found->what == What::Absent) {
                Outcome outcome = outcome_of(*found);
                outcome.what = "rejected by the router: " + hidden(said->errors);
                co_return outcome;
            }
            co_return co_await settle(
                std::move(ticket), What::Absent, "the commit failed: " + hidden(said->errors));
        }
        if (!found || found->what != What::Pending) {
            session.reset();
            const std::string why = found ? "" : ": " + found.error().what;
            co_return co_await settle(std::move(ticket),
                                      What::Absent,
                                      "took the commit and does not show it as pending" + why);
        }
        // The session stays: its lock keeps others from confirming our commit with theirs.
        session_ = std::move(session);
        Outcome outcome = outcome_of(*found);
        outcome.notes = said->warnings;
        outcome.remaining = *timer;
        if (*timer != confirm_within) {
            outcome.notes.push_back("Junos counts minutes: it waits for " +
                                    std::to_string(minutes) + " min, not " +
                                    std::to_string(confirm_within.count()) + " s");
        }
        co_return outcome;
    }

    Asked<Outcome> confirm(Ticket ticket) override {
        auto session = std::make_unique<ConfigSession>(executor_, target_);
        auto ready = co_await take_over(*session, ticket);
        if (!ready) {
            co_return ready.error();
        }
        if (ready->what != What::Pending || !session->locked()) {
            co_await session->release();
            co_return unless_blocked(*ready, ticket, "confirmed");
        }
        const auto said = co_await session->perform(junos::commit(confirm_log(ticket)));
        if (!said) {
            session.reset();
            co_return co_await settle(std::move(ticket), What::Pending, lost(said.error().what));
        }
        auto found = co_await session->find(ticket);
        if (!found) {
            session.reset();
            co_return co_await settle(std::move(ticket), What::Pending, found.error().what);
        }
        co_await session->release();
        Outcome outcome = outcome_of(*found);
        outcome.notes = said->warnings;
        if (!said->errors.empty()) {
            outcome.what += ": the commit that confirms failed: " + said->errors;
        }
        co_return outcome;
    }

    Asked<Outcome> roll_back(Ticket ticket) override {
        auto session = std::make_unique<ConfigSession>(executor_, target_);
        auto ready = co_await take_over(*session, ticket);
        if (!ready) {
            co_return ready.error();
        }
        if (ready->what != What::Pending || !session->locked()) {
            co_await session->release();
            Outcome outcome = unless_blocked(*ready, ticket, "rolled back");
            if (outcome.state == ChangeState::Confirmed) {
                outcome.remedy = "on " + ticket.router + ": show system commit; rollback " +
                                 std::to_string(ready->place + 1) + " takes back all since";
            }
            co_return outcome;
        }
        const auto loaded = co_await session->insist(load_rollback(1));
        if (!loaded) {
            co_await session->release();
            co_return still_pending(*ready, loaded.error().what);
        }
        const auto said = co_await session->perform(junos::commit(rollback_log(ticket)));
        if (!said) {
            session.reset();
            co_return co_await settle(std::move(ticket), What::Pending, lost(said.error().what));
        }
        if (!said->errors.empty()) {
            co_await session->release();
            co_return still_pending(*ready, said->errors);
        }
        auto found = co_await session->find(ticket);
        if (!found) {
            session.reset();
            co_return co_await settle(std::move(ticket), What::Pending, found.error().what);
        }
        Outcome outcome = co_await verified(*session, *found, ticket);
        co_await session->release();
        co_return outcome;
    }

    Asked<Outcome> inspect(Ticket ticket) override {
        ConfigSession session(executor_, target_);
        auto found = co_await session.find(ticket);
        if (!found) {
            co_return found.error();
        }
        if (found->what == What::Absent) {
            // Only who holds the lock knows that no commit is under way.
            const auto holder = co_await session.lock();
            if (!holder || !holder->empty()) {
                co_return ambiguous(ticket, holder ? *holder : holder.error().what);
            }
            found = co_await session.find(ticket);
            co_await session.release();
            if (!found) {
                co_return found.error();
            }
        }
        co_return outcome_of(*found);
    }

private:
    /// Into the locked candidate; the caller releases it on failure.
    Asked<drivers::Staged> load(drivers::Change change) {
        drivers::Staged staged;
        staged.by_router = true;
        staged.ticket.id = drivers::new_change_id();
        staged.ticket.router = target_.name;
        secrets_ = drivers::secrets_of(change);
        const auto pending = co_await session_->pending();
        if (!pending) {
            co_return pending.error();
        }
        if (!pending->empty()) {
            staged.held_by = "a confirmed commit is pending, of " + *pending;
            co_return std::move(staged);
        }
        const auto revision = co_await session_->revision();
        if (!revision) {
            co_return revision.error();
        }
        staged.ticket.base = *revision;

        std::vector<std::string> operations;
        std::string commands;
        for (const auto& line : set_commands(change)) {
            commands += line + '\n';
        }
        if (!commands.empty()) {
            operations.push_back(load_set(commands));
        }
        if (const auto text = drivers::config_text(change); !text.empty()) {
            operations.push_back(is_set_commands(text) ? load_set(text) : load_text(text));
        }
        for (const auto& operation : operations) {
            const auto said = co_await session_->perform(operation);
            if (!said) {
                co_return said.error();
            }
            if (!said->errors.empty()) {
                co_return session_->failure(
                    Failure::Kind::Protocol,
                    "does not take the configuration: " + hidden(said->errors));
            }
            staged.notes.insert(staged.notes.end(), said->warnings.begin(), said->warnings.end());
        }
        const auto compared = co_await session_->insist(compare(0));
        if (!compared) {
            co_return compared.error();
        }
        const auto difference = without_same_secrets(compared->output);
        if (!netconf::trim(difference).empty()) {
            staged.difference = masked_text(difference);
            const auto checked = co_await session_->perform(commit_check());
            if (!checked) {
                co_return checked.error();
            }
            if (!checked->errors.empty()) {
                co_return session_->failure(
                    Failure::Kind::Protocol,
                    "does not accept the change: " + hidden(checked->errors));
            }
            staged.notes.insert(
                staged.notes.end(), checked->warnings.begin(), checked->warnings.end());
        }
        staged_ = staged.ticket.id;
        author_ = change.author;
        co_return std::move(staged);
    }

    /// What the router says, without the secrets that it was told.
    std::string hidden(const std::string& text) const {
        return masked_line(drivers::without(text, secrets_));
    }

    /// Lets go of the session that committed, takes the lock in the new one and looks.
    Asked<Found> take_over(ConfigSession& session, Ticket ticket) {
        if (session_) {
            co_await session_->release();
            session_.reset();
        }
        // Without it, others may be looked at, and nothing more.
        auto holder = co_await session.lock();
        if (!holder) {
            co_return holder.error();
        }
        held_by_ = std::move(*holder);
        co_return co_await session.find(ticket);
    }

    /// The outcome; where somebody holds the lock, what that means for it: the timer runs on.
    Outcome unless_blocked(const Found& found,
                           const Ticket& ticket,
                           const std::string& what) const {
        if (!held_by_.empty() && found.what == What::Absent) {
            return ambiguous(ticket, held_by_);
        }
        Outcome outcome = outcome_of(found);
        if (!held_by_.empty() && found.what == What::Pending) {
            outcome.what = "not " + what + ": " + held_by_;
        }
        return outcome;
    }

    static Outcome still_pending(const Found& found, const std::string& why) {
        Outcome outcome = outcome_of(found);
        outcome.what = "could not be rolled back, the timer of the router will: " + why;
        return outcome;
    }

    /// That a roll back restored what was before is looked at, where nobody committed since.
    boost::asio::awaitable<Outcome> verified(ConfigSession& session, Found found, Ticket ticket) {
        Outcome outcome = outcome_of(found);
        if (outcome.state != ChangeState::RolledBack || !found.others.empty()) {
            co_return outcome;
        }
        const auto rest = co_await session.insist(compare(static_cast<unsigned>(found.place) + 1));
        if (!rest) {
            outcome.notes.push_back("could not be compared with what it was before: " +
                                    rest.error().what);
        } else if (!netconf::trim(rest->output).empty()) {
            outcome.state = ChangeState::Broken;
            outcome.what += ", and differs from what it was before:\n" + masked_text(rest->output);
            outcome.remedy = "on " + ticket.router + ": show configuration | compare rollback " +
                             std::to_string(found.place + 1);
        }
        co_return outcome;
    }

    static Outcome ambiguous(const Ticket& ticket, const std::string& why) {
        Outcome outcome;
        outcome.state = ChangeState::Ambiguous;
        outcome.what = why;
        outcome.remedy = "on " + ticket.router +
                         ": show system commit tells by the log 'routeproof change " + ticket.id +
                         "' whether it took place; not confirmed, it is rolled back";
        return outcome;
    }

    static std::string lost(const std::string& why) {
        return "the answer to the commit was lost: " + why;
    }

    /// What became of a commit that was to end the state `before`, where that was not `seen` in the
    /// session that sent it: asked by new ones. Only who holds the lock knows that no commit is
    /// still under way.
    Asked<Outcome> settle(Ticket ticket, What before, std::string seen) {
        std::string why;
        for (const auto pause : kPauses) {
            boost::asio::steady_timer timer(executor_, pause);
            co_await timer.async_wait(boost::asio::use_awaitable);
            ConfigSession session(executor_, target_);
            const auto holder = co_await session.lock();
            auto found = co_await session.find(ticket);
            if (found && (session.locked() || found->what != before)) {
                Outcome outcome = outcome_of(*found);
                if (session.locked()) {  // not with ?:, of which GCC 12 awaits both sides
                    outcome = co_await verified(session, *found, ticket);
                }
                co_await session.release();
                outcome.notes.push_back(seen + "; asked again in a new session");
                co_return outcome;
            }
            why = !found ? found.error().what : holder ? *holder : holder.error().what;
        }
        co_return ambiguous(ticket, seen + "; " + why);
    }

    boost::asio::any_io_executor executor_;
    drivers::Target target_;
    std::unique_ptr<ConfigSession> session_;  // holds the lock, from stage on
    std::string staged_;
    std::string author_;
    std::vector<std::string> secrets_;  // of what was staged
    std::string held_by_;               // who kept the last take_over() from the lock
};

}  // namespace

std::unique_ptr<drivers::Changer> make_changer(boost::asio::any_io_executor executor,
                                               drivers::Target target) {
    return std::make_unique<Changer>(std::move(executor), std::move(target));
}

}  // namespace routeproof::junos
