// A playbook as it is written: plain structs, filled by loader.cpp. Where variables may stand, the
// text is kept as it is, with its place in the file; plan.cpp turns it into values, per router.
#pragma once

#include "inventory/model.hpp"
#include "playbooks/condition.hpp"

#include <chrono>
#include <map>
#include <span>
#include <variant>

namespace routeproof::playbooks {

using std::chrono::milliseconds;

// --- steps that change a router -----------------------------------------------------------------

struct BfdArguments {
    Text interval;    // a duration; none: the router's default
    Text multiplier;  // likewise
};

struct PeerStep {
    Text address;  // in a play over hosts: the peering's
    Text as;       // likewise: the host's
    Text group, description, import_policy, export_policy, shutdown, keep_received, state;
    std::optional<BfdArguments> bfd;
};

struct PrefixListStep {
    Text name, family, or_longer, state;
    std::vector<Text> prefixes;
};

struct PolicyStep {
    struct Term {
        Text prefix_list, family, or_longer, action, local_preference, med;
        std::vector<Text> communities, prepend;
        Location where{};
    };
    Text name, state;
    std::vector<Term> terms;
};

/// Configuration in the router's own language.
struct ConfigStep {
    std::map<inventory::Os, Text> texts;
};

// --- steps that look, wait and decide -----------------------------------------------------------

/// What is proven now is what must not be lost later.
struct SnapshotStep {};

struct ProveStep {
    enum class Require {
        All,   // everything about these hosts on the routers of the batch, and nothing lost
        Kept,  // nothing lost
    };

    Text hosts;  // pattern; none: those of the play, or all
    Text gone;   // pattern: these must have no session left on the routers of the batch
    Require require = Require::All;
    milliseconds wait{0};  // until it must be proven
    milliseconds every{2000};
    /// So long it must stay proven. None: 10 s while a change is pending, else 0.
    std::optional<milliseconds> stable_for;
};

/// Shows what is staged.
struct DiffStep {
    std::optional<std::uint64_t> max_lines;  // more are refused
};

struct WaitStep {
    milliseconds time{0};
};

struct PauseStep {
    Text prompt;
    std::optional<milliseconds> within;  // no answer by then: no
};

struct ConfirmStep {};
struct RollbackStep {};

using Step = std::variant<PeerStep,
                          PrefixListStep,
                          PolicyStep,
                          ConfigStep,
                          SnapshotStep,
                          ProveStep,
                          DiffStep,
                          WaitStep,
                          PauseStep,
                          ConfirmStep,
                          RollbackStep>;

bool is_change(const Step& step);
/// "peer", "prefix_list", ...: as it is written in a file.
std::string_view verb(const Step& step);

struct Task {
    std::string name;  // the verb, if it has none
    Condition when;
    std::string result;  // `register`; empty: nobody wants it
    Step step;
    Location where{};
};

/// What the step gives to those after it, as `NAME.x`.
std::span<const std::string_view> results_of(const Step& step);

/// One wave of `serial`.
struct Wave {
    unsigned number = 100;
    bool percent = true;

    friend bool operator==(const Wave&, const Wave&) = default;
};

/// In the order of the file.
struct Variable {
    std::string name;
    std::optional<Text> value;  // none: has to be given on the command line
    Location where{};
};

struct Play {
    std::string name;
    Text routers;  // patterns; at least one of the two is given
    Text hosts;
    std::vector<Wave> serial;  // empty: all at once
    std::vector<Variable> vars;
    std::optional<std::chrono::seconds> confirm_within;
    std::vector<Task> tasks;
    std::vector<Task> on_failure;
    Location where{};
};

struct Playbook {
    std::string name;
    std::string file;
    std::vector<Variable> vars;
    std::vector<Play> plays;
};

}  // namespace routeproof::playbooks
