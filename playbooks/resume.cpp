#include "playbooks/locks.hpp"
#include "playbooks/preflight.hpp"
#include "playbooks/runner.hpp"

#include <sysexits.h>

#include <algorithm>

namespace routeproof::playbooks {
namespace {

using drivers::ChangeState;

Transaction::Member member_for(const Unfinished& left,
                               const inventory::Router& router,
                               Loop& loop,
                               const Reach& reach) {
    Transaction::Member member;
    member.router = left.ticket.router;
    member.changer = reach.changer(loop.executor(), target_of(router));
    member.staged.ticket = left.ticket;
    member.staged.difference = "(see the journal)\n";
    member.is_staged = true;
    member.tried = true;
    return member;
}

class Resumed {
public:
    Resumed(const inventory::Inventory& inventory, const RunOptions& options, const Reach& reach)
        : inventory_(inventory), options_(options), reach_(reach) {}

    std::optional<Refusal> all(const std::vector<Unfinished>& unfinished,
                               const std::filesystem::path& journal,
                               RunReport& report) {
        for (const Unfinished& left : unfinished) {
            const auto* router = inventory_.router(left.ticket.router);
            if (router == nullptr) {
                return Refusal{EX_DATAERR,
                               "the run changed " + left.ticket.router +
                                   ", and the inventory has no such router"};
            }
            if (const auto refused = locks_.take(options_.state, *router, "a resumed run")) {
                return Refusal{refused->taken ? EX_TEMPFAIL : EX_IOERR, refused->sentence};
            }
        }
        if (const auto failed = journal_.reopen(journal)) {
            return Refusal{EX_IOERR, *failed};
        }
        report.plays.push_back({"resume", {{}}});
        return decide(unfinished, report.plays.back().batches.back());
    }

private:
    std::optional<Refusal> decide(const std::vector<Unfinished>& unfinished, BatchResult& result) {
        std::optional<Refusal> refused;
        for (const bool keep : {true, false}) {
            std::vector<Transaction::Member> members;
            for (const Unfinished& left : unfinished) {
                if (left.keep == keep) {
                    members.push_back(
                        member_for(left, *inventory_.router(left.ticket.router), loop_, reach_));
                    result.routers.push_back(left.ticket.router);
                }
            }
            if (members.empty()) {
                continue;
            }
            reach_.say(keep ? "  confirm what was proven" : "  roll back what was not decided");
            Transaction transaction(loop_, journal_, reach_.say, std::move(members));
            if (keep) {
                if (const auto why = transaction.confirm()) {
                    refused =
                        Refusal{kPeopleNeeded, "what was to be kept is not: " + why->sentence};
                }
            } else if (!transaction.roll_back()) {
                refused = Refusal{kPeopleNeeded, "not everything could be taken back"};
            }
            for (auto& each : transaction.results(false)) {
                result.results.push_back(std::move(each));
            }
        }
        return refused;
    }

    const inventory::Inventory& inventory_;
    const RunOptions& options_;
    const Reach& reach_;
    Locks locks_;
    Journal journal_;
    Loop loop_;
};

}  // namespace

RunReport resume(const std::vector<Unfinished>& unfinished,
                 const std::filesystem::path& journal,
                 const inventory::Inventory& inventory,
                 const RunOptions& options,
                 const Reach& reach,
                 RunReport report) {
    const auto started = Loop::Clock::now();
    report.started = now();
    report.journal = journal.string();
    if (unfinished.empty()) {
        report.sentence = "the run left nothing undecided";
        return report;
    }
    const auto refusal = Resumed(inventory, options, reach).all(unfinished, journal, report);
    report.exit_code = refusal ? refusal->code : 0;
    report.sentence = refusal ? refusal->sentence : "every router is decided about";
    report.took =
        std::chrono::duration_cast<std::chrono::milliseconds>(Loop::Clock::now() - started);
    return report;
}

}  // namespace routeproof::playbooks
