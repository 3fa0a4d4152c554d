// What a run did, for machines and for the last lines that people read.
#pragma once

#include "drivers/change.hpp"
#include "inventory/time.hpp"
#include "playbooks/proof.hpp"

namespace routeproof::playbooks {

struct RouterResult {
    std::string router;
    /// "no change", "would change", "confirmed", "rolled back", "unchanged", "pending",
    /// "ambiguous", "broken".
    std::string state;
    std::string difference;  // the device's own, or ours; secrets masked
    std::string what;
    std::vector<std::string> notes, others;
    std::string remedy;  // what to type on the router; only if people are needed
};

struct ProofResult {
    std::string task;
    Judgement judgement;
    unsigned looks = 0;
    std::chrono::milliseconds took{0};
};

struct BatchResult {
    std::vector<std::string> routers;
    std::vector<RouterResult> results;  // one per router and change
    std::vector<ProofResult> proofs;
};

struct PlayResult {
    std::string name;
    std::vector<BatchResult> batches;
};

struct RunReport {
    std::string run;
    std::string playbook;
    std::string inventory;
    bool check = false;
    Timestamp started{};
    std::chrono::milliseconds took{0};
    std::string journal;  // path; empty: nothing was to be changed
    std::vector<PlayResult> plays;
    std::string sentence;  // how it ended
    int exit_code = 0;
};

/// Somebody has to look after a router: it is neither as it was nor confirmed.
inline constexpr int kPeopleNeeded = 3;

/// Schema "routeproof.play/1"; it only grows.
std::string json_report(const RunReport& report);

/// The last lines: the verdict, and what to type where people are needed.
std::string last_lines(const RunReport& report);

/// The exit code of sysexits for not getting through to a router.
int code_of(const drivers::Failure& failure);

}  // namespace routeproof::playbooks
