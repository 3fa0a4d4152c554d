#include "drivers/frr/changer.hpp"

#include "drivers/change/indented.hpp"
#include "drivers/change/items.hpp"
#include "drivers/frr/guard.hpp"
#include "drivers/frr/render.hpp"
#include "drivers/ssh/shell.hpp"
#include "drivers/text.hpp"

#include <algorithm>

namespace routeproof::frr {

using drivers::Answer;
using drivers::Asked;
using drivers::ChangeState;
using drivers::Failure;
using drivers::Outcome;
using drivers::Stage;
using drivers::Ticket;
using std::chrono::seconds;

namespace {

// How often a lost answer is asked for again: each time a new login with all its deadlines.
constexpr int kAttempts = 3;

drivers::Promise promise_of() {
    drivers::Promise promise;
    promise.guarantee = drivers::Guarantee::TimerOnRouter;
    promise.sentence =
        "a process that we leave on the router takes the change back unless it is confirmed in "
        "time; a router that starts anew meanwhile reads its saved configuration, which holds the "
        "change only if somebody else saved it";
    promise.shortest = seconds(5);
    promise.longest = std::chrono::hours(24);
    return promise;
}

/// Free text has no counterpart in the running configuration until FRR has read it.
std::string shown(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        out += "> " + drivers::masked(std::string_view(text).substr(at, end - at)) + '\n';
        at = end + 1;
    }
    return out;
}

class Changer final : public drivers::Changer {
public:
    Changer(boost::asio::any_io_executor executor, drivers::Target target)
        : executor_(std::move(executor)), target_(std::move(target)) {
        target_.deadlines.rpc =
            std::max<std::chrono::milliseconds>(target_.deadlines.rpc, drivers::kCommitDeadline);
    }

    Asked<drivers::Promise> promise() override { co_return promise_of(); }

    Asked<drivers::Staged> stage(drivers::Change change, seconds hold) override {
        const auto wrong = drivers::faults(change, inventory::Os::Frr);
        if (!wrong.empty()) {
            co_return trouble(wrong.front());
        }
        ssh::Shell shell(executor_, target_);
        drivers::Staged staged;
        Ticket& ticket = staged.ticket;
        ticket.id = drivers::new_change_id();
        ticket.router = target_.name;
        auto begun = co_await ask(shell,
                                  "begin " + ticket.id + ' ' + std::to_string(hold.count()) + ' ' +
                                      guard_word(change.author));
        if (!begun) {
            co_return begun.error();
        }
        if (begun->state == "busy") {
            staged.held_by = joined(begun->messages);
            co_return std::move(staged);
        }
        if (begun->state != "staged") {
            co_return refusal(shell, *begun);
        }
        ticket.base = begun->base;
        ticket.boot = begun->boot;

        const auto running = drivers::read_indented(begun->running);
        const auto steps = drivers::plan(running, scopes_of(change));
        std::string config;
        for (const auto& line : drivers::commands(steps)) {
            config += line + '\n';
        }
        const std::string text = drivers::config_text(change);
        config += text;
        staged.difference = drivers::difference(steps) + shown(text);
        if (const auto lacking = drivers::missing_instance(change, running); !lacking.empty()) {
            co_await ask(shell, "drop " + ticket.id);
            co_return shell.failure(Stage::Rpc, Failure::Kind::NotSupported, lacking);
        }
        if (!config.empty()) {
            auto loaded = co_await ask(
                shell, "load " + ticket.id + ' ' + std::to_string(config.size()), config);
            if (!loaded || loaded->state != "staged") {
                const auto why = loaded ? refusal(shell, *loaded) : loaded.error();
                co_await ask(shell, "drop " + ticket.id);
                co_return why;
            }
        }
        co_return std::move(staged);
    }

    Asked<void> discard(Ticket ticket) override {
        ssh::Shell shell(executor_, target_);
        auto dropped = co_await ask(shell, "drop " + ticket.id);
        if (!dropped) {
            co_return dropped.error();
        }
        if (dropped->state == "pending" || dropped->state == "applying") {
            co_return shell.failure(
                Stage::Rpc, Failure::Kind::Protocol, "has the change in force already");
        }
        co_return Answer<void>();
    }

    Asked<Outcome> commit(Ticket ticket, seconds confirm_within) override {
        const auto timer = promise_of().timer(confirm_within);
        if (!timer) {
            co_return trouble("a timer on FRR runs for 24 hours at most");
        }
        // A new login: the guard must have outlived the one that started it.
        ssh::Shell shell(executor_, target_);
        auto found = co_await ask(shell, "status " + ticket.id);
        if (!found) {
            co_return found.error();
        }
        if (found->state != "staged") {
            co_return outcome_of(*found, ticket);
        }
        auto done = co_await ask(shell, "go " + ticket.id + ' ' + std::to_string(timer->count()));
        if (done && done->state == "failed") {
            co_return refusal(shell, *done);
        }
        co_return co_await settle(std::move(ticket), std::move(done));
    }

    Asked<Outcome> confirm(Ticket ticket) override { return decide("confirm", std::move(ticket)); }
    Asked<Outcome> roll_back(Ticket ticket) override {
        return decide("rollback", std::move(ticket));
    }
    Asked<Outcome> inspect(Ticket ticket) override { return decide("status", std::move(ticket)); }

private:
    Asked<GuardStatus> ask(ssh::Shell& shell, std::string words, std::string payload = {}) {
        auto output = co_await shell.execute(guard_command(words), guard_input(payload));
        if (!output) {
            co_return output.error();
        }
        auto status = parse_guard(output->standard_output);
        if (!status && !drivers::trim(output->standard_error).empty()) {
            const auto said = drivers::trim(output->standard_error);
            co_return shell.failure(
                Stage::Rpc,
                Failure::Kind::NotSupported,
                "runs no shell for us: " + std::string(said.substr(0, said.find('\n'))));
        }
        co_return shell.located(std::move(status));
    }

    Asked<Outcome> decide(std::string verb, Ticket ticket) {
        ssh::Shell shell(executor_, target_);
        auto status = co_await ask(shell, verb + ' ' + ticket.id);
        if (!status && status.error().stage < Stage::Rpc) {
            co_return status.error();  // it never heard of it
        }
        co_return co_await settle(std::move(ticket), std::move(status));
    }

    /// Where the answer was lost, or the guard is still at it: asks what became of it.
    Asked<Outcome> settle(Ticket ticket, Answer<GuardStatus> status) {
        std::string lost;
        for (int attempt = 0; attempt < kAttempts; ++attempt) {
            if (status && status->state != "applying") {
                co_return outcome_of(*status, ticket);
            }
            if (!status) {
                lost = status.error().what;
            }
            ssh::Shell shell(executor_, target_);
            status = co_await ask(shell, "watch " + ticket.id);
        }
        if (status) {
            co_return outcome_of(*status, ticket);
        }
        Outcome outcome;
        outcome.state = ChangeState::Ambiguous;
        outcome.what = lost + "; the timer on the router rolls back what is not confirmed";
        outcome.remedy = "on " + ticket.router + ": cat /tmp/routeproof-change/state";
        co_return outcome;
    }

    static Failure trouble(const std::string& what) {
        return {Stage::Rpc, Failure::Kind::Trouble, what};
    }

    static Failure refusal(const ssh::Shell& shell, const GuardStatus& status) {
        const bool faulty = status.state == "faulty";
        return shell.failure(
            Stage::Rpc,
            faulty ? Failure::Kind::Protocol : Failure::Kind::NotSupported,
            (faulty ? "does not take the configuration: " : "cannot be changed: ") +
                joined(status.messages));
    }

    boost::asio::any_io_executor executor_;
    drivers::Target target_;
};

}  // namespace

std::unique_ptr<drivers::Changer> make_changer(boost::asio::any_io_executor executor,
                                               drivers::Target target) {
    return std::make_unique<Changer>(std::move(executor), std::move(target));
}

}  // namespace routeproof::frr
