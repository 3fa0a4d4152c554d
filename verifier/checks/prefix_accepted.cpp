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
    return fail(std::move(finding), Code::Rejected, actual);
}

// A gap in the inventory: what the router must hold of the host cannot be told, and must not pass
// for proven.
Finding not_linked(const Unlinked& unlinked) {
    Finding finding;
    finding.check = CheckId::PrefixAccepted;
    finding.verdict = Verdict::Unknown;
    finding.code = Code::NotLinked;
    finding.subject.router = unlinked.router;
    finding.subject.host = unlinked.host;
    finding.expected = unlinked.router.empty()
                           ? "a router to look for its prefixes on"
                           : "links in the inventory that lead from the router to the host";
    finding.actual = "none";
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
    for (const Unlinked& unlinked : expectations.unlinked) {
        findings.push_back(not_linked(unlinked));
    }
    return findings;
}

}  // namespace routeproof::verifier
