// The middle of every report: one row per container (or bare announcement) and router.
#pragma once

#include "verifier/expect/expectation.hpp"
#include "verifier/finding.hpp"

#include <string>
#include <vector>

namespace routeproof::verifier {

/// Texts are empty where nothing was seen.
struct Row {
    std::string container;  // empty: an announcement with no container behind it
    std::string address;
    std::string host;
    std::string router;
    std::string prefix;
    std::string prefix_seen;  // the longest match, for a container
    std::string origin;
    std::string origin_seen;
    std::string next_hop;
    std::string next_hop_seen;
    Verdict verdict = Verdict::Ok;  // the worst of all that was judged about it

    friend bool operator==(const Row&, const Row&) = default;
};

/// In the order of hosts, addresses and routers in the expectations.
std::vector<Row> rows(const Expectations& expectations, const Findings& findings);

}  // namespace routeproof::verifier
