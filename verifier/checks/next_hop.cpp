#include "verifier/checks/checks.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

// One best path may be any of the candidates; a multipath set must be all of them.
bool agrees(const std::vector<net::Address>& expected, const std::vector<net::Address>& seen) {
    if (seen.size() == 1) {
        return std::find(expected.begin(), expected.end(), seen.front()) != expected.end();
    }
    return seen == expected;
}

Finding judge(const ExpectedRoute& route, const RouterView* view) {
    Finding finding = about(CheckId::NextHop, route, join_values(route.next_hops));
    if (is_unseen(view, finding)) {
        return finding;
    }
    auto paths = view->selected(route.prefix);
    if (paths.empty()) {
        paths = judged_paths(*view, route);
    }
    if (paths.empty()) {
        return absent(std::move(finding), route);
    }
    const auto seen = next_hops_of(paths);
    finding.evidence.next_hops = seen;
    finding.evidence.as_path = paths.front()->as_path;
    finding.evidence.asn = paths.front()->as_path.origin();
    finding.evidence.from = paths.front()->from;
    std::string actual = seen.empty() ? "none" : join_values(seen);
    if (agrees(route.next_hops, seen)) {
        return ok(std::move(finding), actual);
    }
    return fail(std::move(finding), Code::WrongNextHop, actual);
}

}  // namespace

Findings check_next_hop(const Expectations& expectations, const Views& views) {
    Findings findings;
    for (const ExpectedRoute& route : expectations.routes) {
        findings.push_back(judge(route, views.find(route.router)));
    }
    return findings;
}

}  // namespace routeproof::verifier
