#include "verifier/checks/checks.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/checks/received.hpp"
#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

std::string why_rejected(const Reception& seen) {
    std::string text = "received, not accepted";
    if (!seen.reason.empty()) {
        text += ": " + seen.reason;
    }
    if (!seen.policy.empty()) {
        text += " (import policy " + seen.policy + ")";
    }
    return text;
}

Finding judge_direct(const ExpectedRoute& route, const net::Address& peer, const RouterView* view) {
    Finding finding = about(CheckId::PrefixAccepted, route, "accepted from " + peer.to_string());
    finding.evidence.from = peer;
    if (is_unseen(view, finding)) {
        return finding;
    }
    const Reception seen = reception(*view, route.prefix, peer);
    finding.evidence.reason = seen.reason;
    finding.evidence.policy = seen.policy;
    switch (seen.state) {
        case Reception::State::Accepted:
            return ok(std::move(finding), "accepted");
        case Reception::State::Rejected:
            return fail(std::move(finding), Code::Rejected, why_rejected(seen));
        case Reception::State::NotReceived:
            return absent(std::move(finding), route);
        case Reception::State::CannotTell:
            break;
    }
    if (!route.required) {
        return absent(std::move(finding), route);
    }
    // Certain all the same: the table was seen, and the path is not in it.
    return fail(std::move(finding),
                Code::NotAccepted,
                "no path; whether it was received cannot be told (" + describe(seen.failure) + ")");
}

Finding judge_remote(const ExpectedRoute& route, const RouterView* view) {
    Finding finding = about(CheckId::PrefixAccepted, route, "an accepted path");
    if (is_unseen(view, finding)) {
        return finding;
    }
    const auto& paths = view->paths(route.prefix);
    const auto valid = std::find_if(
        paths.begin(), paths.end(), [](const drivers::Route* path) { return path->valid; });
    if (valid != paths.end()) {
        return ok(std::move(finding), "accepted");
    }
    if (paths.empty()) {
        return absent(std::move(finding), route);
    }
    finding.evidence.reason = one_line(paths.front()->reason);
    finding.evidence.from = paths.front()->from;
    std::string actual = "received, not accepted";
    if (!finding.evidence.reason.empty()) {
        actual += ": " + finding.evidence.reason;
    }
    return fail(std::move(finding), Code::Rejected, std::move(actual));
}

// The host announces something, and no router that is looked into has a way to it: a gap in the
// inventory, or filters that name a leaf and a host which have nothing to do with each other. A
// leaf alone was meant as it was said.
bool is_out_of_sight(const Expectations& expectations, const std::string& host) {
    const Scope& scope = expectations.scope;
    const auto& announcers = expectations.announcers;
    return scope.has_host(host) && (scope.routers.empty() || !scope.hosts.empty()) &&
           std::any_of(
               announcers.begin(),
               announcers.end(),
               [&](const auto& entry) { return expectations.announces(host, entry.first); }) &&
           std::none_of(expectations.routes.begin(),
                        expectations.routes.end(),
                        [&](const ExpectedRoute& route) { return route.host == host; });
}

Finding out_of_sight(const std::string& host) {
    Finding finding;
    finding.check = CheckId::PrefixAccepted;
    finding.verdict = Verdict::Unknown;
    finding.code = Code::NotLookedAt;
    finding.subject.host = host;
    finding.expected = "a router to look for its prefixes on";
    finding.actual = "none that is looked into has a way to it by the inventory's links";
    return finding;
}

}  // namespace

Findings check_prefix_accepted(const Expectations& expectations, const Views& views) {
    Findings findings;
    for (const ExpectedRoute& route : expectations.routes) {
        const RouterView* view = views.find(route.router);
        if (route.direct) {
            for (const net::Address& peer : route.peers) {
                findings.push_back(judge_direct(route, peer, view));
            }
        } else {
            findings.push_back(judge_remote(route, view));
        }
    }
    for (const HostAccount& host : expectations.hosts) {
        if (is_out_of_sight(expectations, host.host)) {
            findings.push_back(out_of_sight(host.host));
        }
    }
    return findings;
}

}  // namespace routeproof::verifier
