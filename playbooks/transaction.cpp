#include "playbooks/transaction.hpp"

#include "inventory/duration.hpp"

#include <sysexits.h>

#include <algorithm>
#include <limits>

namespace routeproof::playbooks {

using routeproof::to_string;  // durations, beside verdicts

namespace {

namespace asio = boost::asio;
using drivers::Answer;
using drivers::Changer;
using drivers::ChangeState;
using drivers::Outcome;
using Member = Transaction::Member;
using std::chrono::seconds;

// How long after its end a timer may take to be seen to have run out: the guard looks several times
// a second, and taking a change back takes its time.
constexpr seconds kAfterTheEnd{20};
constexpr seconds kAgain{2};

template <class T>
using Given = std::shared_ptr<std::optional<Answer<T>>>;

// The changer is kept alive by the coroutine: one that was left behind may outlive the batch.
template <class T, class Call>
asio::awaitable<void> ask_one(std::shared_ptr<Changer> changer, Call call, Given<T> into) {
    auto question = call(*changer);
    auto answer = co_await std::move(question);
    into->emplace(std::move(answer));
}

/// Asks all of them side by side; an empty answer: left behind because signals ran out of patience.
template <class T, class Calls>
std::vector<std::optional<Answer<T>>> ask_all(Loop& loop,
                                              const std::vector<Member*>& members,
                                              unsigned patience,
                                              const Calls& call_for) {
    std::vector<Given<T>> given;
    std::vector<asio::awaitable<void>> work;
    for (Member* member : members) {
        given.push_back(std::make_shared<std::optional<Answer<T>>>());
        work.push_back(ask_one<T>(member->changer, call_for(*member), given.back()));
    }
    loop.run(std::move(work), patience);
    std::vector<std::optional<Answer<T>>> answers;
    for (const auto& each : given) {
        answers.push_back(*each);
    }
    return answers;
}

bool holds_nothing(ChangeState state) {
    return state == ChangeState::Unchanged || state == ChangeState::RolledBack;
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

std::string joined(const std::vector<std::string>& items, const char* separator) {
    std::string text;
    for (const auto& item : items) {
        text += (text.empty() ? "" : separator) + item;
    }
    return text;
}

}  // namespace

bool Transaction::note(const std::string& event, const Member& member, const std::string& what) {
    Entry entry{event, {{"router", member.router}}, member.staged.ticket};
    if (!what.empty()) {
        entry.fields.emplace_back("what", what);
    }
    const auto failed = journal_.write_and_sync(entry);
    if (failed) {
        say_(*failed);
    }
    return !failed;
}

void Transaction::tell(const Member& member) const {
    const Outcome& outcome = *member.outcome;
    say_("  " + member.router + ": " + std::string(to_string(outcome.state)) +
         (outcome.what.empty() ? "" : ": " + outcome.what));
    for (const auto& line : outcome.notes) {
        say_("    note: " + line);
    }
    for (const auto& line : outcome.others) {
        say_("    changed meanwhile by somebody else: " + line);
    }
}

// --- stage ---------------------------------------------------------------------------------------

std::optional<Refusal> Transaction::stage() {
    std::vector<Member*> all;
    for (Member& member : members_) {
        all.push_back(&member);
    }
    auto answers = ask_all<drivers::Staged>(loop_, all, 0, [](const Member& member) {
        return [change = member.change](Changer& changer) { return changer.stage(change); };
    });
    std::optional<Refusal> refused;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& answer = *answers[i];
        if (!answer) {
            refused = refused ? refused : Refusal{code_of(answer.error()), answer.error().what};
            say_("  " + all[i]->router + ": refused: " + answer.error().what);
        } else if (!answer->held_by.empty()) {
            refused =
                Refusal{EX_TEMPFAIL, all[i]->router + " is being changed by " + answer->held_by};
            say_("  " + refused->sentence);
        } else {
            all[i]->staged = *answer;
            all[i]->is_staged = true;
        }
    }
    if (refused) {
        discard();
    }
    return refused;
}

bool Transaction::changes() const {
    return std::any_of(members_.begin(), members_.end(), [](const Member& member) {
        return !member.staged.difference.empty();
    });
}

std::vector<std::string> Transaction::differences() const {
    std::vector<std::string> lines;
    for (const Member& member : members_) {
        if (member.staged.difference.empty()) {
            lines.push_back(member.router + " | (no change)");
        }
        for (const auto& line : lines_of(member.staged.difference)) {
            lines.push_back(member.router + " | " + line);
        }
        for (const auto& line : member.staged.notes) {
            lines.push_back(member.router + " | note: " + line);
        }
    }
    return lines;
}

void Transaction::discard() {
    std::vector<Member*> staged;
    for (Member& member : members_) {
        if (member.is_staged && !member.tried) {
            staged.push_back(&member);
        }
    }
    const auto answers = ask_all<void>(loop_, staged, 0, [](const Member& member) {
        return
            [ticket = member.staged.ticket](Changer& changer) { return changer.discard(ticket); };
    });
    for (std::size_t i = 0; i < staged.size(); ++i) {
        staged[i]->is_staged = false;
        if (!*answers[i]) {
            say_("  " + staged[i]->router + ": what was staged could not be dropped, and is by " +
                 "the router in some minutes: " + answers[i]->error().what);
        }
    }
}

// --- commit --------------------------------------------------------------------------------------

std::optional<Refusal> Transaction::commit(seconds confirm_within) {
    std::vector<Member*> changed;
    for (Member& member : members_) {
        if (!member.staged.difference.empty()) {
            changed.push_back(&member);
        }
    }
    for (Member* member : changed) {
        if (!note("commit", *member)) {
            return Refusal{EX_IOERR, "nothing was put in force: the journal cannot be kept"};
        }
    }
    // From before the first of them hears of it: so the timers never end earlier than we think.
    end_ = Loop::Clock::now() + seconds(24 * 3600);
    const auto started = Loop::Clock::now();
    for (Member* member : changed) {
        member->tried = true;
        end_ = std::min<Loop::Clock::time_point>(
            end_, started + member->promise.timer(confirm_within).value_or(confirm_within));
    }
    pending_ = true;
    const auto answers = ask_all<Outcome>(loop_, changed, 0, [&](const Member& member) {
        return [ticket = member.staged.ticket, confirm_within](Changer& changer) {
            return changer.commit(ticket, confirm_within);
        };
    });
    std::optional<Refusal> refused;
    for (std::size_t i = 0; i < changed.size(); ++i) {
        Member& member = *changed[i];
        const auto& answer = *answers[i];
        if (!answer) {
            // Nothing was sent; so there is nothing to take back.
            member.outcome.emplace();
            member.outcome->state = ChangeState::Unchanged;
            member.outcome->what = answer.error().what;
        } else {
            member.outcome = *answer;
        }
        tell(member);
        note(std::string(to_string(member.outcome->state)), member, member.outcome->what);
        if (member.outcome->state != ChangeState::Pending && !refused) {
            refused = Refusal{answer ? 1 : code_of(answer.error()),
                              member.router + " did not take the change: " + member.outcome->what};
        }
    }
    return refused;
}

// --- confirm -------------------------------------------------------------------------------------

std::optional<Refusal> Transaction::check_before_confirm() {
    std::vector<Member*> held;
    for (Member& member : members_) {
        if (member.tried) {
            held.push_back(&member);
        }
    }
    const auto answers = ask_all<Outcome>(loop_, held, 0, [](const Member& member) {
        return
            [ticket = member.staged.ticket](Changer& changer) { return changer.inspect(ticket); };
    });
    std::optional<Refusal> refused;
    for (std::size_t i = 0; i < held.size(); ++i) {
        const auto& answer = *answers[i];
        if (!answer) {
            refused = Refusal{
                code_of(answer.error()),
                held[i]->router + " cannot be asked for what is pending: " + answer.error().what};
            continue;
        }
        held[i]->outcome = *answer;
        if (answer->state == ChangeState::Confirmed) {
            say_("  " + held[i]->router + ": was confirmed by somebody else's commit");
        } else if (answer->state != ChangeState::Pending) {
            tell(*held[i]);
            refused = Refusal{1, held[i]->router + " no longer holds the change: " + answer->what};
        }
    }
    return refused;
}

std::optional<Refusal> Transaction::confirm_one(Member& member) {
    for (;;) {
        if (!note("confirm", member)) {
            return Refusal{EX_IOERR, "not confirmed: the journal cannot be kept"};
        }
        const auto answers = ask_all<Outcome>(loop_, {&member}, 0, [](const Member& each) {
            return
                [ticket = each.staged.ticket](Changer& changer) { return changer.confirm(ticket); };
        });
        const auto& answer = *answers.front();
        if (answer) {
            member.outcome = *answer;
            tell(member);
            note(std::string(to_string(answer->state)), member, answer->what);
            if (answer->state == ChangeState::Confirmed) {
                return std::nullopt;
            }
            return Refusal{1, member.router + " was not confirmed: " + answer->what};
        }
        say_("  " + member.router + ": not confirmed yet: " + answer.error().what);
        if (Loop::Clock::now() + kAgain > end_) {
            return Refusal{code_of(answer.error()),
                           member.router + " could not be confirmed before its timer ran out: " +
                               answer.error().what};
        }
        // A signal that has come must not make this spin: what was begun is brought to its end.
        loop_.rest_until(Loop::Clock::now() + kAgain, std::numeric_limits<unsigned>::max());
    }
}

std::optional<Refusal> Transaction::confirm() {
    if (auto refused = check_before_confirm()) {
        return refused;
    }
    // From here on who comes after our death keeps it, instead of taking it back.
    if (const auto failed = journal_.write_and_sync({"keep", {}, {}})) {
        return Refusal{EX_IOERR, *failed};
    }
    // One after another: if the first one fails, all can still be taken back.
    for (Member& member : members_) {
        if (member.tried && member.outcome->state != ChangeState::Confirmed) {
            if (auto refused = confirm_one(member)) {
                return refused;
            }
        }
    }
    pending_ = false;
    return std::nullopt;
}

// --- roll back -----------------------------------------------------------------------------------

bool Transaction::roll_back() {
    const unsigned patience = loop_.signals() + 1;
    taking_back_ = true;
    for (;;) {
        std::vector<Member*> open;
        for (Member& member : members_) {
            if (member.tried && (!member.outcome || !holds_nothing(member.outcome->state)) &&
                (!member.outcome || member.outcome->state != ChangeState::Confirmed)) {
                open.push_back(&member);
            }
        }
        if (open.empty()) {
            break;
        }
        for (Member* member : open) {
            note("roll back", *member);  // if that fails, taking it back matters more
        }
        const auto answers = ask_all<Outcome>(loop_, open, patience, [](const Member& member) {
            return [ticket = member.staged.ticket](Changer& changer) {
                return changer.roll_back(ticket);
            };
        });
        bool again = false;
        for (std::size_t i = 0; i < open.size(); ++i) {
            Member& member = *open[i];
            if (answers[i] && *answers[i]) {
                member.outcome = **answers[i];
                tell(member);
            } else if (answers[i]) {
                member.outcome.emplace();
                member.outcome->state = ChangeState::Ambiguous;
                member.outcome->what = answers[i]->error().what;
                member.outcome->remedy = "look at " + member.router + " (change " +
                                         member.staged.ticket.id +
                                         "): its timer rolls back what is not confirmed";
                say_("  " + member.router +
                     ": not reached to roll back: " + answers[i]->error().what);
            }
            const auto state = member.outcome ? member.outcome->state : ChangeState::Ambiguous;
            note(holds_nothing(state)              ? "rolled back"
                 : state == ChangeState::Confirmed ? "confirmed"
                                                   : "undecided",
                 member,
                 member.outcome ? member.outcome->what : "");
            again = again || state == ChangeState::Ambiguous || state == ChangeState::Pending;
        }
        const auto now = Loop::Clock::now();
        if (loop_.signals() >= patience) {
            say_("  interrupted again: what is still pending is left to the timers, which end in " +
                 to_string(
                     std::chrono::ceil<seconds>(std::max(end_ - now, Loop::Clock::duration{}))));
            break;
        }
        if (!again || now > end_ + kAfterTheEnd) {
            break;
        }
        // Not wait_until: a signal that has come already must not make this spin.
        loop_.rest_until(now + kAgain, patience);
    }
    pending_ = false;
    return !people_needed();
}

bool Transaction::people_needed() const {
    return std::any_of(members_.begin(), members_.end(), [this](const Member& member) {
        if (!member.tried) {
            return false;
        }
        if (!member.outcome) {
            return true;
        }
        // Kept where it was to be taken back: on some routers and not on others, or by somebody
        // else's commit.
        return member.outcome->state == ChangeState::Confirmed
                   ? taking_back_
                   : !holds_nothing(member.outcome->state);
    });
}

std::vector<RouterResult> Transaction::results(bool check) const {
    std::vector<RouterResult> results;
    const bool mixed = people_needed();
    for (const Member& member : members_) {
        RouterResult result;
        result.router = member.router;
        result.difference = member.staged.difference;
        result.notes = member.staged.notes;
        if (member.staged.difference.empty()) {
            result.state = "no change";
        } else if (!member.tried) {
            result.state = check ? "would change" : "unchanged";
        } else if (!member.outcome) {
            result.state = "ambiguous";
            result.what = "it was not waited for an answer";
            result.remedy = "look at " + member.router + " (change " + member.staged.ticket.id +
                            "): its timer rolls back what is not confirmed";
        } else {
            const Outcome& outcome = *member.outcome;
            result.state = to_string(outcome.state);
            result.what = outcome.what;
            result.notes.insert(result.notes.end(), outcome.notes.begin(), outcome.notes.end());
            result.others = outcome.others;
            result.remedy = outcome.remedy;
            if (mixed && outcome.state == ChangeState::Confirmed) {
                result.what = "kept here, and was to be taken back";
                result.remedy = "take back by hand on " + member.router + ": " +
                                joined(lines_of(member.staged.difference), " / ");
            }
        }
        results.push_back(std::move(result));
    }
    return results;
}

}  // namespace routeproof::playbooks
