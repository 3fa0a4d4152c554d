#include "playbooks/batch.hpp"

#include "inventory/duration.hpp"
#include "playbooks/budget.hpp"
#include "playbooks/pattern.hpp"

#include <sysexits.h>

#include <algorithm>

namespace routeproof::playbooks {

using routeproof::to_string;  // durations, beside verdicts

namespace {

using Clock = Loop::Clock;
using std::chrono::seconds;

// After a roll back: how long routes may take to be back before that is said to be wrong.
constexpr seconds kBackWithin{60};
constexpr std::size_t kSentencesShown = 12;

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items) {
        text += (text.empty() ? "" : ", ") + item;
    }
    return text;
}

milliseconds since(Clock::time_point start) {
    return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

std::string in_seconds(milliseconds time) {
    const auto tenths = (time.count() + 50) / 100;
    return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
}

std::string counts(const Look& look) {
    return std::to_string(look.count(Verdict::Ok)) + " of " +
           std::to_string(look.obligations.size()) + " proven, " +
           std::to_string(look.count(Verdict::Mismatch)) + " mismatch, " +
           std::to_string(look.count(Verdict::Unknown)) + " unknown";
}

int code_of(Verdict verdict) {
    return verdict == Verdict::Mismatch ? 1 : 2;
}

}  // namespace

Batch::Batch(Context context, const PlannedPlay& play, std::vector<std::string> routers)
    : context_(context), play_(play), routers_(std::move(routers)), variables_(play.variables) {
    result_.routers = routers_;
}

std::optional<Refusal> Batch::run() {
    for (std::size_t i = 0; i < play_.play->tasks.size(); ++i) {
        auto refusal = interrupted();
        if (!refusal) {
            refusal = carry_out(i);
        }
        if (!refusal && pending()) {
            refusal = interrupted();
        }
        if (refusal) {
            return give_up(std::move(*refusal));
        }
    }
    close_transaction();
    return std::nullopt;
}

std::optional<Refusal> Batch::interrupted() {
    const int signal = context_.loop.signal();
    if (signal == 0) {
        return std::nullopt;
    }
    return Refusal{128 + signal, "interrupted by signal " + std::to_string(signal)};
}

std::optional<Refusal> Batch::decide_whether(const Task& task, bool& wanted) {
    Diagnostics wrong;
    wanted = holds(task.when, variables_, wrong) == Holds::Yes;
    if (!wrong.empty()) {
        return Refusal{EX_DATAERR, wrong.front().to_string()};
    }
    if (wanted && context_.options.step) {
        const auto answer =
            context_.loop.ask("step \"" + task.name + "\": go on? [y]es, [s]kip, [q]uit: ",
                              Clock::now() + std::chrono::hours(12));
        if (!answer || answer->starts_with('q')) {
            return Refusal{1, "ended at \"" + task.name + "\" as wished"};
        }
        const bool decision = std::holds_alternative<ConfirmStep>(task.step) ||
                              std::holds_alternative<RollbackStep>(task.step) ||
                              (pending() && std::holds_alternative<ProveStep>(task.step));
        if (answer->starts_with('s')) {
            if (decision) {
                return Refusal{1, "\"" + task.name + "\" cannot be left out: a change is pending"};
            }
            wanted = false;
        }
    }
    return std::nullopt;
}

std::optional<Refusal> Batch::carry_out(std::size_t index) {
    const Task& task = play_.play->tasks[index];
    const Window* window = play_.window_of(index);
    if (window != nullptr && index == window->first) {
        if (auto refusal = prepare(*window)) {
            return refusal;
        }
    }
    if (is_change(task.step)) {
        set_result(task, "changed", transaction_ && transaction_->changes() ? "true" : "false");
        return std::nullopt;
    }
    if (window != nullptr && index == window->in_force) {
        if (auto refusal = put_in_force(*window)) {
            return refusal;
        }
    }
    if (context_.options.check && play_.changes() && !std::holds_alternative<DiffStep>(task.step)) {
        return std::nullopt;  // nothing is in force that could be proven or decided about
    }
    bool wanted = true;
    if (auto refusal = decide_whether(task, wanted)) {
        return refusal;
    }
    if (!wanted) {
        say("  " + task.name + ": left out");
        return std::nullopt;
    }
    if (std::holds_alternative<SnapshotStep>(task.step)) {
        return snapshot(&task);
    }
    if (const auto* step = std::get_if<ProveStep>(&task.step)) {
        return prove(index, *step, task);
    }
    if (const auto* step = std::get_if<DiffStep>(&task.step)) {
        return show(*step);
    }
    if (const auto* step = std::get_if<WaitStep>(&task.step)) {
        say("  wait " + to_string(step->time));
        context_.loop.wait_until(Clock::now() + step->time);
        return std::nullopt;
    }
    if (const auto* step = std::get_if<PauseStep>(&task.step)) {
        return pause(*step);
    }
    return std::holds_alternative<ConfirmStep>(task.step) ? confirm() : roll_back();
}

// --- before a change -----------------------------------------------------------------------------

std::optional<Refusal> Batch::snapshot(const Task* task) {
    say(task != nullptr ? "  snapshot" : "  look at the network before the change");
    before_ = context_.reach.look(Clock::time_point::max());
    if (auto refusal = interrupted()) {
        return refusal;
    }
    say("    " + counts(*before_) + "; " + in_seconds(before_->took));
    for (std::size_t i = 0; i < before_->causes.size() && i < kSentencesShown; ++i) {
        say("    before: " + before_->causes[i]);
    }
    if (task != nullptr) {
        set_result(*task, "ok", std::to_string(before_->count(Verdict::Ok)));
        set_result(*task, "mismatch", std::to_string(before_->count(Verdict::Mismatch)));
        set_result(*task, "unknown", std::to_string(before_->count(Verdict::Unknown)));
    }
    Entry entry{"snapshot", {{"routers", joined(routers_)}, {"counts", counts(*before_)}}, {}};
    if (context_.journal.path().empty()) {
        return std::nullopt;
    }
    if (const auto failed = context_.journal.write(entry)) {
        return Refusal{EX_IOERR, *failed};
    }
    return std::nullopt;
}

std::optional<Refusal> Batch::prepare(const Window& window) {
    close_transaction();
    window_ = &window;
    std::vector<Transaction::Member> members;
    for (const std::string& name : routers_) {
        const auto planned = window.items.find(name);
        if (planned == window.items.end()) {
            continue;
        }
        Transaction::Member member;
        member.router = name;
        for (const PlannedItem& item : planned->second) {
            const Task& task = play_.play->tasks[item.task];
            Variables scope = item.scope;
            for (const auto result : variables_.names()) {
                if (const auto* value = variables_.find(result)) {
                    if (item.maybe && scope.known(result) == Variables::Known::Later) {
                        scope.set(std::string(result), *value);
                    }
                }
            }
            Diagnostics wrong;
            if (!item.maybe || holds(task.when, scope, wrong) == Holds::Yes) {
                member.change.items.push_back(item.item);
            }
        }
        if (member.change.items.empty()) {
            continue;
        }
        const Ready& ready = context_.ready.at(name);
        member.changer = ready.changer;
        member.promise = ready.promise;
        member.change.router_as = context_.inventory.router(name)->asn;
        member.change.author = context_.author;
        members.push_back(std::move(member));
    }
    if (members.empty()) {
        say("  nothing to change on " + joined(routers_));
        return std::nullopt;
    }
    if (!context_.options.check && !before_) {
        if (auto refusal = snapshot(nullptr)) {
            return refusal;
        }
    }
    if (before_) {
        for (const auto& member : members) {
            if (before_->not_seen.contains(member.router)) {
                return Refusal{before_->nothing_seen != 0 ? before_->nothing_seen : 2,
                               member.router +
                                   " could not be looked into before the change, so that nothing "
                                   "could be proven after it"};
            }
        }
        for (const std::string& router : before_->not_seen) {
            say("    " + router +
                " could not be looked into: what it may lose would not be noticed");
        }
    }
    say("  stage");
    transaction_.emplace(context_.loop, context_.journal, context_.reach.say, std::move(members));
    if (auto refusal = transaction_->stage()) {
        return refusal;
    }
    for (const auto& member : transaction_->members()) {
        const auto lines =
            std::count(member.staged.difference.begin(), member.staged.difference.end(), '\n');
        say("  " + member.router + ": " +
            (member.staged.difference.empty() ? "no change"
                                              : std::to_string(lines) + " lines of difference"));
    }
    if (context_.options.diff || context_.options.check) {
        for (const auto& line : transaction_->differences()) {
            say("    " + line);
        }
    }
    return std::nullopt;
}

std::optional<Refusal> Batch::show(const DiffStep& step) {
    if (!transaction_) {
        return std::nullopt;
    }
    const auto lines = transaction_->differences();
    if (!context_.options.diff && !context_.options.check) {
        for (const auto& line : lines) {
            say("    " + line);
        }
    }
    if (step.max_lines && lines.size() > *step.max_lines) {
        return Refusal{1,
                       "the difference is of " + std::to_string(lines.size()) +
                           " lines, and no more than " + std::to_string(*step.max_lines) +
                           " were expected"};
    }
    return std::nullopt;
}

std::optional<Refusal> Batch::put_in_force(const Window& window) {
    if (!transaction_) {
        return std::nullopt;
    }
    if (context_.options.check || !transaction_->changes()) {
        transaction_->discard();
        return std::nullopt;
    }
    const auto tasks = rest_of_window(window.in_force);
    const auto timer = *play_.play->confirm_within;
    const milliseconds look = std::max<milliseconds>(kLookGuess, before_->took);
    if (const auto time = needed(tasks, look); time > timer) {
        return Refusal{
            EX_DATAERR,
            "there is not enough time: looking at this network takes " +
                to_string(std::chrono::ceil<seconds>(look)) + ", so that the proof may need " +
                to_string(std::chrono::ceil<seconds>(time)) + ", and confirm_within is " +
                to_string(milliseconds(timer)) + "; nothing was put in force"};
    }
    if (!context_.options.yes) {
        std::vector<std::string> names;
        for (const auto& member : transaction_->members()) {
            if (!member.staged.difference.empty()) {
                names.push_back(member.router);
            }
        }
        const auto answer = context_.loop.ask(
            "put this in force on " + joined(names) + "? It is taken back after " +
                to_string(milliseconds(timer)) + " unless it is proven and confirmed. [y/N] ",
            Clock::now() + std::chrono::minutes(10));
        if (auto refusal = interrupted()) {
            return refusal;
        }
        if (!answer || (*answer != "y" && *answer != "yes")) {
            return Refusal{1, "not put in force, as wished"};
        }
    }
    say("  commit, to be confirmed within " + to_string(milliseconds(timer)));
    return transaction_->commit(timer);
}

// --- while a change is pending -------------------------------------------------------------------

std::span<const Task> Batch::rest_of_window(std::size_t from) const {
    if (window_ == nullptr || from >= window_->decision) {
        return {};
    }
    return {play_.play->tasks.data() + from, window_->decision - from};
}

Clock::time_point Batch::last_moment(std::size_t index) const {
    if (!pending()) {
        return Clock::time_point::max();
    }
    // What comes after this step needs its time, too, and deciding does.
    return transaction_->end() - needed(rest_of_window(index + 1), kLookGuess);
}

Claim Batch::claim_of(const ProveStep& step) {
    Claim claim;
    claim.require = step.require;
    claim.routers = routers_;
    claim.hosts = play_.hosts;
    Diagnostics planned_already;
    const auto names = [&](const Text& pattern) {
        const Text text{substitute(pattern, variables_, planned_already).value_or(""),
                        pattern.where};
        return select_hosts(text, context_.inventory, planned_already);
    };
    if (step.hosts.given()) {
        claim.hosts = names(step.hosts);
    }
    if (step.gone.given()) {
        claim.gone = names(step.gone);
    }
    return claim;
}

std::optional<Refusal> Batch::prove(std::size_t index, const ProveStep& step, const Task& task) {
    const Claim claim = claim_of(step);
    const auto started = Clock::now();
    const auto last = last_moment(index);
    const auto until = std::min(started + step.wait, last);
    const auto stable = stable_for(step, pending());
    ProofResult proof;
    proof.task = task.name;
    std::optional<Clock::time_point> proven_since;
    Look look;
    say("  " + task.name);
    for (;;) {
        const auto looked = Clock::now();
        look = context_.reach.look(last);
        if (auto refusal = interrupted()) {
            return refusal;
        }
        ++proof.looks;
        proof.judgement = judge(before_ ? &*before_ : nullptr, look, claim);
        const auto now = Clock::now();
        if (proof.judgement.holds()) {
            proven_since = proven_since ? proven_since : looked;
            if (now - *proven_since >= stable) {
                break;
            }
        } else {
            proven_since.reset();
            if (now >= until) {
                break;
            }
        }
        const auto next = now + step.every;
        if (next > last) {
            if (proof.judgement.holds()) {
                proof.judgement.verdict = Verdict::Unknown;
                proof.judgement.unknown.push_back("it was proven, but not for as long as " +
                                                  to_string(stable));
            }
            break;
        }
        if (!context_.loop.wait_until(next)) {
            return interrupted();
        }
    }
    proof.took = since(started);
    const Judgement& judgement = proof.judgement;
    const std::string effort = std::to_string(proof.looks) +
                               (proof.looks == 1 ? " look, " : " looks, ") + in_seconds(proof.took);
    say("    " + std::string(to_string(judgement.verdict)) + ": " + counts(look) +
        (before_ ? "; " + std::to_string(judgement.proven) + " of " +
                       std::to_string(before_->count(Verdict::Ok) + before_->count(Verdict::Warn)) +
                       " proven before still are"
                 : "") +
        "; " + effort);
    const auto against = judgement.against();
    for (std::size_t i = 0; i < against.size() && i < kSentencesShown; ++i) {
        say("    " + against[i]);
    }
    if (against.size() > kSentencesShown) {
        say("    ... and " + std::to_string(against.size() - kSentencesShown) + " more");
    }
    for (const auto& line : judgement.notes) {
        say("    note: " + line);
    }
    set_result(task, "verdict", std::string(to_string(judgement.verdict)));
    set_result(task, "ok", std::to_string(look.count(Verdict::Ok)));
    set_result(task, "mismatch", std::to_string(look.count(Verdict::Mismatch)));
    set_result(task, "unknown", std::to_string(look.count(Verdict::Unknown)));
    if (!context_.journal.path().empty()) {
        Entry entry{"proof",
                    {{"task", task.name},
                     {"verdict", std::string(to_string(judgement.verdict))},
                     {"counts", counts(look)},
                     {"against", against.empty() ? "" : against.front()}},
                    {}};
        if (const auto failed = context_.journal.write(entry)) {
            return Refusal{EX_IOERR, *failed};
        }
    }
    const bool holds = judgement.holds();
    const auto code = code_of(judgement.verdict);
    const std::string first = against.empty() ? "" : ": " + against.front();
    result_.proofs.push_back(std::move(proof));
    if (holds) {
        return std::nullopt;
    }
    const int nothing = look.nothing_seen;
    return Refusal{code == 2 && nothing != 0 ? nothing : code,
                   "\"" + task.name + "\" is not proven" + first};
}

std::optional<Refusal> Batch::pause(const PauseStep& step) {
    Diagnostics wrong;
    const auto prompt = substitute(step.prompt, variables_, wrong);
    const std::string text = prompt && !prompt->empty() ? *prompt : std::string("paused: go on?");
    if (context_.options.yes) {
        say("  pause: " + text + " (--yes)");
        return std::nullopt;
    }
    const auto until =
        step.within ? Clock::now() + *step.within : Clock::now() + std::chrono::hours(12);
    const auto answer = context_.loop.ask("  " + text + " [y/N] ", until);
    if (auto refusal = interrupted()) {
        return refusal;
    }
    if (!answer || (*answer != "y" && *answer != "yes")) {
        return Refusal{1, answer ? "not gone on, as wished" : "nobody answered in time"};
    }
    return std::nullopt;
}

std::optional<Refusal> Batch::confirm() {
    if (!pending()) {
        say("  confirm: nothing was changed");
        before_.reset();
        return std::nullopt;
    }
    say("  confirm");
    if (auto refusal = transaction_->confirm()) {
        return refusal;
    }
    before_.reset();
    return std::nullopt;
}

std::optional<Refusal> Batch::roll_back() {
    if (!pending()) {
        return std::nullopt;
    }
    say("  roll back");
    if (!transaction_->roll_back()) {
        people_needed_ = true;
        return Refusal{kPeopleNeeded, "the roll back did not come to its end"};
    }
    look_back();
    before_.reset();
    return std::nullopt;
}

// --- when something went wrong -------------------------------------------------------------------

std::optional<Refusal> Batch::give_up(Refusal refusal) {
    say("  FAILED: " + refusal.sentence);
    const bool was_pending = pending();
    if (was_pending) {
        say("  roll back");
        people_needed_ = !transaction_->roll_back() || people_needed_;
    } else if (transaction_) {
        transaction_->discard();
    }
    if (people_needed_) {
        refusal.code = kPeopleNeeded;
        refusal.sentence += "; and a router is neither as it was nor confirmed";
    } else if (was_pending) {
        refusal.sentence += "; rolled back on every router";
        if (context_.loop.signal() == 0) {
            look_back();
        }
    } else {
        refusal.sentence += "; no router was changed";
    }
    close_transaction();
    if (context_.loop.signal() == 0) {
        after_failure();
    }
    return refusal;
}

void Batch::look_back() {
    if (!before_) {
        return;
    }
    Claim claim;
    claim.require = ProveStep::Require::Kept;
    claim.routers = routers_;
    const auto started = Clock::now();
    ProofResult proof;
    proof.task = "as before";
    for (;;) {
        const Look look = context_.reach.look(started + 2 * kBackWithin);
        ++proof.looks;
        proof.judgement = judge(&*before_, look, claim);
        if (proof.judgement.holds() || Clock::now() > started + kBackWithin ||
            !context_.loop.wait_until(Clock::now() + seconds(1))) {
            break;
        }
    }
    proof.took = since(started);
    const auto total = before_->count(Verdict::Ok) + before_->count(Verdict::Warn);
    if (proof.judgement.holds()) {
        say("    as before: all " + std::to_string(total) + " that were proven are again, after " +
            in_seconds(proof.took));
    } else {
        say("    NOT as before: " + std::to_string(proof.judgement.proven) + " of " +
            std::to_string(total) + " that were proven are again, after " + in_seconds(proof.took));
        const auto against = proof.judgement.against();
        for (std::size_t i = 0; i < against.size() && i < kSentencesShown; ++i) {
            say("    " + against[i]);
        }
    }
    result_.proofs.push_back(std::move(proof));
}

void Batch::after_failure() {
    if (!play_.play->on_failure.empty() && !context_.options.check) {
        say("  on_failure:");
    }
    for (const Task& task : play_.play->on_failure) {
        if (context_.options.check || context_.loop.signal() != 0) {
            return;
        }
        bool wanted = true;
        if (decide_whether(task, wanted) || !wanted) {
            continue;
        }
        std::optional<Refusal> refusal;
        if (const auto* step = std::get_if<ProveStep>(&task.step)) {
            refusal = prove(play_.play->tasks.size(), *step, task);
        } else if (const auto* wait = std::get_if<WaitStep>(&task.step)) {
            context_.loop.wait_until(Clock::now() + wait->time);
        } else if (const auto* step_ = std::get_if<PauseStep>(&task.step)) {
            refusal = pause(*step_);
        }
        if (refusal) {
            say("  " + refusal->sentence);
            return;
        }
    }
}

void Batch::close_transaction() {
    if (!transaction_) {
        return;
    }
    auto results = transaction_->results(context_.options.check);
    result_.results.insert(result_.results.end(),
                           std::make_move_iterator(results.begin()),
                           std::make_move_iterator(results.end()));
    transaction_.reset();
    window_ = nullptr;
}

void Batch::set_result(const Task& task, std::string_view name, std::string value) {
    if (!task.result.empty()) {
        variables_.set(task.result + '.' + std::string(name), std::move(value));
    }
}

}  // namespace routeproof::playbooks
