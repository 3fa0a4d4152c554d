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
    return findings;
}

}  // namespace routeproof::verifier
