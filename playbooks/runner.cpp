#include "playbooks/runner.hpp"

#include "playbooks/batch.hpp"
#include "playbooks/preflight.hpp"

#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace routeproof::playbooks {
namespace {

using Clock = Loop::Clock;

/// One line that every router's language can hold (drivers/change/objects.hpp).
std::string author_of(const std::string& who, const RunReport& report) {
    std::string text = who + " routeproof play " + report.playbook + ' ' + report.run;
    for (char& c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("_-.,:/@+=()[]").find(c) != std::string_view::npos;
        c = plain ? c : ' ';
    }
    text.erase(
        std::unique(text.begin(), text.end(), [](char a, char b) { return a == ' ' && b == ' '; }),
        text.end());
    constexpr std::size_t kLongest = 150;
    text.resize(std::min(text.size(), kLongest));
    while (!text.empty() && text.back() == ' ') {
        text.pop_back();
    }
    return text;
}

std::string on_this_machine(const std::string& user) {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return user + '@' + name.data();
}

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items) {
        text += (text.empty() ? "" : ", ") + item;
    }
    return text;
}

/// Somebody must be there who can be asked, before anything is begun.
std::optional<Refusal> nobody_to_ask(const Plan& plan, const RunOptions& options) {
    if (options.terminal || options.check) {
        return std::nullopt;
    }
    if (options.step) {
        return Refusal{EX_USAGE, "--step needs a terminal"};
    }
    if (options.yes) {
        return std::nullopt;
    }
    for (const PlannedPlay& play : plan.plays) {
        const auto& tasks = play.play->tasks;
        const bool asks =
            play.changes() || std::any_of(tasks.begin(), tasks.end(), [](const Task& task) {
                return std::holds_alternative<PauseStep>(task.step);
            });
        if (asks) {
            return Refusal{EX_USAGE,
                           "the play \"" + play.play->name +
                               "\" asks before it goes on, and there is no terminal; give --yes"};
        }
    }
    return std::nullopt;
}

class Run {
public:
    Run(const Plan& plan,
        const inventory::Inventory& inventory,
        const RunOptions& options,
        const Reach& reach,
        RunReport& report)
        : plan_(plan), inventory_(inventory), options_(options), reach_(reach), report_(report) {}

    std::optional<Refusal> all() {
        if (auto refusal = nobody_to_ask(plan_, options_)) {
            return refusal;
        }
        const auto routers = routers_to_change(plan_, inventory_);
        if (!routers.empty()) {
            if (auto refusal = get_ready(routers)) {
                return refusal;
            }
        }
        for (const PlannedPlay& play : plan_.plays) {
            report_.plays.push_back({play.play->name, {}});
            if (auto refusal = one(play, report_.plays.back())) {
                return refusal;
            }
        }
        return std::nullopt;
    }

    void finish(const std::optional<Refusal>& refusal) {
        if (!report_.journal.empty()) {
            const auto failed = journal_.write_and_sync(
                {"end",
                 {{"exit_code", std::to_string(report_.exit_code)}, {"result", report_.sentence}},
                 {}});
            if (failed && !refusal) {
                report_.exit_code = EX_IOERR;
                report_.sentence += "; " + *failed;
            }
        }
    }

private:
    std::optional<Refusal> get_ready(const std::vector<const inventory::Router*>& routers) {
        const std::string* user =
            plan_.plays.empty() ? nullptr : plan_.plays.front().variables.find("run.user");
        const std::string who = on_this_machine(user == nullptr ? "" : *user);
        author_ = author_of(who, report_);
        if (auto refusal = take_locks(
                locks_,
                routers,
                options_.state,
                who + ", process " + std::to_string(::getpid()) + ", run " + report_.run)) {
            return refusal;
        }
        if (auto refusal = ask_promises(loop_, reach_, plan_, routers, options_, ready_)) {
            return refusal;
        }
        if (options_.check) {
            return std::nullopt;
        }
        auto failed = journal_.open(options_.state, report_.run);
        if (!failed) {
            report_.journal = journal_.path().string();
            failed = journal_.write_and_sync({"begin",
                                              {{"schema", "routeproof.journal/1"},
                                               {"run", report_.run},
                                               {"by", who},
                                               {"playbook", report_.playbook},
                                               {"inventory", report_.inventory}},
                                              {}});
        }
        if (failed) {
            return Refusal{EX_CANTCREAT, *failed};
        }
        return std::nullopt;
    }

    std::optional<Refusal> one(const PlannedPlay& play, PlayResult& result) {
        for (std::size_t i = 0; i < play.batches.size(); ++i) {
            reach_.say("PLAY " + play.play->name + ": " + joined(play.batches[i]) +
                       (play.batches.size() == 1 ? ""
                                                 : " (batch " + std::to_string(i + 1) + " of " +
                                                       std::to_string(play.batches.size()) + ")"));
            Batch batch({inventory_, options_, reach_, ready_, loop_, journal_, author_},
                        play,
                        play.batches[i]);
            auto refusal = batch.run();
            result.batches.push_back(batch.take_result());
            if (refusal) {
                return refusal;
            }
        }
        return std::nullopt;
    }

    const Plan& plan_;
    const inventory::Inventory& inventory_;
    const RunOptions& options_;
    const Reach& reach_;
    RunReport& report_;
    Locks locks_;
    Journal journal_;
    std::string author_;
    Loop loop_;
    ReadyRouters ready_;  // goes before the loop, whose coroutines may hold the last changer
};

std::string happy_end(const RunReport& report) {
    std::size_t changed = 0;
    std::size_t same = 0;
    std::size_t proofs = 0;
    for (const PlayResult& play : report.plays) {
        for (const BatchResult& batch : play.batches) {
            proofs += batch.proofs.size();
            for (const RouterResult& result : batch.results) {
                const bool did = result.state == "confirmed" || result.state == "would change";
                ++(did ? changed : same);
            }
        }
    }
    const std::string routers = changed == 1 ? " router" : " routers";
    if (report.check) {
        return std::to_string(changed) + routers + " would be changed, " + std::to_string(same) +
               " not; nothing was changed";
    }
    return std::to_string(changed) + routers + " changed and confirmed, " + std::to_string(same) +
           " without change; " + std::to_string(proofs) + (proofs == 1 ? " proof" : " proofs");
}

}  // namespace

RunReport run(const Plan& plan,
              const inventory::Inventory& inventory,
              const RunOptions& options,
              const Reach& reach,
              RunReport report) {
    const auto started = Clock::now();
    report.started = now();
    report.check = options.check;
    {
        Run run(plan, inventory, options, reach, report);
        const auto refusal = run.all();
        report.exit_code = refusal ? refusal->code : 0;
        report.sentence = refusal ? refusal->sentence : happy_end(report);
        run.finish(refusal);
    }
    report.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
    return report;
}

}  // namespace routeproof::playbooks
