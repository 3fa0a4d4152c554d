#include "verifier/checks/checks.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/checks/received.hpp"

namespace routeproof::verifier {
namespace {

Finding judge(const ExpectedRoute& route, const net::Address& peer, const RouterView* view) {
    Finding finding = about(CheckId::PrefixReceived, route, "received from " + peer.to_string());
    finding.evidence.from = peer;
    if (is_unseen(view, finding)) {
        return finding;
    }
    const Reception seen = reception(*view, route.prefix, peer);
    finding.evidence.reason = seen.reason;
    finding.evidence.policy = seen.policy;
    switch (seen.state) {
        case Reception::State::Accepted:
        case Reception::State::Rejected:
            return ok(std::move(finding), "received");
        case Reception::State::NotReceived:
            break;
        case Reception::State::CannotTell:
            if (!route.required) {
                break;
            }
            return unknown(std::move(finding), seen.failure);
    }
    if (!route.required) {
        return ok(std::move(finding), "not received; the host is draining");
    }
    return fail(std::move(finding),
                Code::NotReceived,
                seen.reason.empty() ? "not received" : "not received: " + seen.reason);
}

}  // namespace

Findings check_prefix_received(const Expectations& expectations, const Views& views) {
    Findings findings;
    for (const ExpectedRoute& route : expectations.routes) {
        for (const net::Address& peer : route.peers) {
            findings.push_back(judge(route, peer, views.find(route.router)));
        }
    }
    return findings;
}

}  // namespace routeproof::verifier
