// One change on all routers of a batch: staged, in force with a timer, then kept on all of them or
// taken back on all of them. Knows nothing of steps and proofs.
//
// Every step is in the journal, and on the disk, before a router hears of it. What is said here to
// people goes to `say`, one line each.
#pragma once

#include "playbooks/journal.hpp"
#include "playbooks/loop.hpp"
#include "playbooks/report.hpp"

#include <functional>
#include <memory>

namespace routeproof::playbooks {

using Say = std::function<void(const std::string& line)>;

/// Why something did not happen, and the exit code for it.
struct Refusal {
    int code = 0;
    std::string sentence;
};

class Transaction {
public:
    struct Member {
        std::string router;
        std::shared_ptr<drivers::Changer> changer;
        drivers::Promise promise;
        drivers::Change change;

        // What has come of it:
        drivers::Staged staged{};
        bool is_staged = false;
        std::optional<drivers::Outcome> outcome{};  // since the commit
        bool tried = false;                         // a commit was sent, or may have been
    };

    Transaction(Loop& loop, Journal& journal, Say say, std::vector<Member> members)
        : loop_(loop), journal_(journal), say_(std::move(say)), members_(std::move(members)) {}

    /// On all routers, or on none: whatever was staged is discarded if one of them refuses.
    std::optional<Refusal> stage();
    /// True if a router would change.
    bool changes() const;
    const std::vector<Member>& members() const { return members_; }
    /// The difference of each router, a line each with the router before it.
    std::vector<std::string> differences() const;
    void discard();

    /// Puts it in force on those that it changes. If one of them does not take it, or a signal
    /// comes, it is not rolled back here: the caller does that.
    std::optional<Refusal> commit(std::chrono::seconds confirm_within);
    /// True from the commit until it is decided.
    bool pending() const { return pending_; }
    /// When the first of the timers runs out.
    Loop::Clock::time_point end() const { return end_; }

    /// Keeps it on all routers. A refusal: not on all, and the rest must be rolled back.
    std::optional<Refusal> confirm();
    /// Takes it back wherever it is in force. Returns when every router has said so, or its timer
    /// has run out, or a further signal comes. False: people are needed.
    bool roll_back();

    /// What is to be reported about each router.
    std::vector<RouterResult> results(bool check) const;
    bool people_needed() const;

private:
    bool note(const std::string& event, const Member& member, const std::string& what = {});
    std::optional<Refusal> check_before_confirm();
    std::optional<Refusal> confirm_one(Member& member);
    void tell(const Member& member) const;

    Loop& loop_;
    Journal& journal_;
    Say say_;
    std::vector<Member> members_;
    bool pending_ = false;
    bool taking_back_ = false;
    Loop::Clock::time_point end_{};
};

}  // namespace routeproof::playbooks
