// One batch of one play: its steps, one after another.
#pragma once

#include "playbooks/preflight.hpp"
#include "playbooks/runner.hpp"

namespace routeproof::playbooks {

class Batch {
public:
    struct Context {
        const inventory::Inventory& inventory;
        const RunOptions& options;
        const Reach& reach;
        const ReadyRouters& ready;
        Loop& loop;
        Journal& journal;
        const std::string& author;
    };

    Batch(Context context, const PlannedPlay& play, std::vector<std::string> routers);

    /// Nothing: all went well. The refusal names what did not; nothing is pending any more then.
    std::optional<Refusal> run();
    BatchResult take_result() { return std::move(result_); }
    bool people_needed() const { return people_needed_; }

private:
    std::optional<Refusal> carry_out(std::size_t index);
    std::optional<Refusal> decide_whether(const Task& task, bool& wanted);
    std::optional<Refusal> prepare(const Window& window);
    std::optional<Refusal> put_in_force(const Window& window);
    std::optional<Refusal> snapshot(const Task* task);
    std::optional<Refusal> prove(std::size_t index, const ProveStep& step, const Task& task);
    std::optional<Refusal> pause(const PauseStep& step);
    std::optional<Refusal> show(const DiffStep& step);
    std::optional<Refusal> confirm();
    std::optional<Refusal> roll_back();
    std::optional<Refusal> interrupted();
    std::optional<Refusal> give_up(Refusal refusal);
    void close_transaction();
    void look_back();
    void after_failure();

    Claim claim_of(const ProveStep& step);
    bool pending() const { return transaction_ && transaction_->pending(); }
    Loop::Clock::time_point last_moment(std::size_t index) const;
    std::span<const Task> rest_of_window(std::size_t from) const;
    void set_result(const Task& task, std::string_view name, std::string value);
    void say(const std::string& line) const { context_.reach.say(line); }

    Context context_;
    const PlannedPlay& play_;
    std::vector<std::string> routers_;
    Variables variables_;
    std::optional<Look> before_;
    std::optional<Transaction> transaction_;
    const Window* window_ = nullptr;
    BatchResult result_;
    bool people_needed_ = false;
};

}  // namespace routeproof::playbooks
