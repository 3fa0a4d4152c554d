// A run as a whole: what every report format prints.
#pragma once

#include "inventory/time.hpp"
#include "verifier/causes/cause.hpp"
#include "verifier/collect/observation.hpp"
#include "verifier/expect/expectation.hpp"
#include "verifier/finding.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace routeproof::verifier {

struct Summary {
    std::size_t ok = 0;
    std::size_t warn = 0;
    std::size_t unknown = 0;
    std::size_t fail = 0;
    std::size_t routers_seen = 0;      // answered at least one question about BGP
    std::size_t routers_not_seen = 0;  // asked in vain
    std::size_t hosts_heard = 0;
    std::size_t hosts_not_heard = 0;

    std::size_t obligations() const { return ok + warn + unknown + fail; }
    friend bool operator==(const Summary&, const Summary&) = default;
};

struct RunInfo {
    std::string inventory;  // as typed
    std::string expect;     // --expect file, empty: agents
    Timestamp started{};
    std::chrono::milliseconds took{0};
    int interrupted_by = 0;  // a signal: the result is incomplete
};

struct RunResult {
    RunInfo run;
    Expectations expectations;
    Observations observations;
    Findings findings;  // one per obligation, met or not
    std::vector<Cause> causes;
    Summary summary;
    int exit_code = 0;
};

/// Checks, folds and counts what was collected.
RunResult judge(RunInfo run, Expectations expectations, Observations observations);

Summary summarize(const Expectations& expectations,
                  const Observations& observations,
                  const Findings& findings);

/// 128+n after a signal; 1 if anything is a mismatch; if no router could be looked at, 77 (all
/// refused us), 76 (all answered garbage), 66 (our own key files) or 69; 2 if anything is unknown;
/// else 0.
int exit_code(const Summary& summary, const Observations& observations, int interrupted_by);

}  // namespace routeproof::verifier
