#include "verifier/checks/checks.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/text.hpp"

namespace routeproof::verifier {
namespace {

Finding judge(const ExpectedSession& expected, const RouterView* view) {
    Finding finding;
    finding.check = CheckId::SessionEstablished;
    finding.subject.router = expected.router;
    (expected.with_host ? finding.subject.host : finding.subject.peer) = expected.peer;
    finding.evidence.from = expected.peer_address;
    finding.evidence.direct = expected.with_host;
    finding.expected = "Established with " + expected.peer_address.to_string() + ", AS " +
                       expected.peer_as.to_string();
    if (view == nullptr) {
        return unknown(std::move(finding), not_asked());
    }
    const RouterObservation& seen = view->observation();
    if (!seen.sessions) {
        return unknown(std::move(finding), seen.sessions.error());
    }
    const drivers::BgpSession* session = seen.session(expected.peer_address);
    if (session == nullptr) {
        return fail(std::move(finding), Code::SessionMissing, "no such session");
    }
    finding.evidence.reason = one_line(session->last_error);
    finding.evidence.policy = session->import_policy;
    if (session->peer_as != expected.peer_as) {
        finding.evidence.asn = session->peer_as;
        return fail(std::move(finding),
                    Code::PeerAs,
                    one_line(session->state) + " with AS " + session->peer_as.to_string());
    }
    if (!session->established) {
        std::string actual = one_line(session->state);
        if (!session->last_error.empty()) {
            actual += ", last error: " + finding.evidence.reason;
        }
        return fail(std::move(finding), Code::SessionDown, actual);
    }
    return ok(std::move(finding), "Established with AS " + session->peer_as.to_string());
}

}  // namespace

Findings check_session_established(const Expectations& expectations, const Views& views) {
    Findings findings;
    for (const ExpectedSession& session : expectations.sessions) {
        findings.push_back(judge(session, views.find(session.router)));
    }
    return findings;
}

}  // namespace routeproof::verifier
