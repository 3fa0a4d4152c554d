// The order of a play's steps (plan.hpp): between which of them a change is pending.
#include "inventory/duration.hpp"
#include "playbooks/budget.hpp"
#include "playbooks/plan.hpp"

namespace routeproof::playbooks {
namespace {

enum class Now { Nothing, Staged, Pending };

class Order {
public:
    Order(const Play& play, Diagnostics& diagnostics) : play_(play), diagnostics_(diagnostics) {}

    std::vector<Window> read() {
        for (at_ = 0; at_ < play_.tasks.size(); ++at_) {
            step(play_.tasks[at_]);
        }
        if (now_ != Now::Nothing) {
            wrong(play_.tasks[window_.first],
                  "this change is never confirmed",
                  "add \"- prove:\" and \"- confirm:\" behind it");
        }
        if (!windows_.empty() && !play_.confirm_within) {
            diagnostics_.emplace_back(
                play_.where,
                "play \"" + play_.name + "\": changes routers and says no confirm_within",
                "write confirm_within: 2m, the time after which a router takes back what is not "
                "confirmed");
        }
        return std::move(windows_);
    }

private:
    void wrong(const Task& task, const std::string& what, const std::string& remedy = {}) {
        diagnostics_.emplace_back(task.where, std::string(verb(task.step)) + ": " + what, remedy);
    }

    void step(const Task& task) {
        if (is_change(task.step)) {
            change(task);
        } else if (std::holds_alternative<DiffStep>(task.step)) {
            if (now_ != Now::Staged) {
                wrong(task, "there is nothing to show here", "write it right behind the changes");
            }
        } else if (std::holds_alternative<SnapshotStep>(task.step)) {
            if (now_ != Now::Nothing) {
                wrong(task, "would take the state with the change for the one before it");
            }
        } else if (std::holds_alternative<PauseStep>(task.step)) {
            pause(task);
        } else {
            in_force(task);
        }
    }

    void change(const Task& task) {
        if (now_ == Now::Pending) {
            wrong(task,
                  "another change is in force and not confirmed",
                  "write changes that belong together one behind the other, or confirm first");
            return;
        }
        if (now_ == Now::Nothing) {
            window_ = {at_, at_, at_, {}};
            now_ = Now::Staged;
            proven_ = false;
        }
    }

    void pause(const Task& task) {
        if (now_ == Now::Pending && !std::get<PauseStep>(task.step).within) {
            wrong(task,
                  "while a change is pending the timer would decide",
                  "write pause: {prompt: ..., within: 60s}");
        }
    }

    void in_force(const Task& task) {
        if (now_ == Now::Staged) {
            now_ = Now::Pending;
            window_.in_force = at_;
        }
        const bool confirms = std::holds_alternative<ConfirmStep>(task.step);
        if (std::holds_alternative<ProveStep>(task.step)) {
            proven_ = proven_ || task.when.empty();
        }
        if (!confirms && !std::holds_alternative<RollbackStep>(task.step)) {
            return;
        }
        if (now_ != Now::Pending) {
            wrong(task, "there is no change to decide about");
            return;
        }
        if (!task.when.empty()) {
            wrong(task, "must not depend on a condition: else nobody would decide");
        }
        if (confirms && !proven_) {
            wrong(task,
                  "nothing has been proven since the change",
                  "add \"- prove:\", without a condition, before it");
        }
        window_.decision = at_;
        check_time();
        windows_.push_back(std::move(window_));
        now_ = Now::Nothing;
    }

    void check_time() {
        if (!play_.confirm_within) {
            return;
        }
        const std::span<const Task> tasks(play_.tasks.data() + window_.in_force,
                                          window_.decision - window_.in_force);
        const auto time = needed(tasks, kLookGuess);
        if (time > *play_.confirm_within) {
            wrong(play_.tasks[window_.decision],
                  "comes too late: what stands before it may take " + to_string(time) + " (" +
                      explain(tasks, kLookGuess) + "), and confirm_within is " +
                      to_string(milliseconds(*play_.confirm_within)),
                  "give more time or prove faster; a timer is never made longer on the way");
        }
    }

    const Play& play_;
    Diagnostics& diagnostics_;
    Now now_ = Now::Nothing;
    bool proven_ = false;
    std::size_t at_ = 0;
    Window window_;
    std::vector<Window> windows_;
};

}  // namespace

std::vector<Window> windows_of(const Play& play, Diagnostics& diagnostics) {
    return Order(play, diagnostics).read();
}

}  // namespace routeproof::playbooks
