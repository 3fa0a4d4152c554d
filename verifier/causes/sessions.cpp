// Sessions that are down, with what both ends say.
#include "verifier/causes/folding.hpp"
#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

bool is_session_trouble(const Finding& finding) {
    return finding.verdict == Verdict::Fail &&
           (finding.code == Code::SessionDown || finding.code == Code::SessionMissing ||
            finding.code == Code::PeerAs || finding.code == Code::AgentSession);
}

std::string router_says(const Folding& folding, const std::string& router, const Finding* finding) {
    if (finding != nullptr) {
        return router + " says " + finding->actual;
    }
    const RouterView* view = folding.views().find(router);
    return view != nullptr && view->observation().sessions ? router + " says Established"
                                                           : router + " could not be looked at";
}

std::string agent_says(const Folding& folding, const std::string& host, const Finding* finding) {
    if (finding != nullptr) {
        // What the router says stands in the cause already.
        return "its agent says " + finding->actual.substr(0, finding->actual.find(';'));
    }
    const HostAccount* account = folding.expected().account(host);
    if (account != nullptr && account->report && !account->report->sessions.empty()) {
        return "its agent says Established";
    }
    return "its agent was not asked or did not answer";
}

void fold_peering(Folding& folding, const std::string& host, const std::string& router) {
    const auto here = [&](const Finding& finding) {
        return is_session_trouble(finding) && finding.subject.host == host &&
               finding.subject.router == router;
    };
    const Finding* by_router = nullptr;
    const Finding* by_agent = nullptr;
    for (const Finding* finding : folding.open(here)) {
        (finding->check == CheckId::HostView ? by_agent : by_router) = finding;
    }
    const Finding* any = by_router != nullptr ? by_router : by_agent;
    if (any == nullptr) {
        return;
    }
    const RouterView* view = folding.views().find(router);
    const bool carries = by_router == nullptr && view != nullptr && view->observation().sessions;
    std::string text = "session between " + introduce(folding.expected(), host, router) + " and " +
                       router + " is " + (carries ? "seen differently" : "not as agreed") + ": " +
                       router_says(folding, router, by_router) + "; " +
                       agent_says(folding, host, by_agent);
    const auto cause = folding.claim(
        CauseCode::SessionDown,
        std::move(text),
        "on " + host + ": routeproof node status; on " + router + ": the state of neighbour " +
            (any->evidence.from ? any->evidence.from->to_string() : "?"),
        here);
    folding.claim_more(*cause, [&](const Finding& finding) {
        return is_absence(finding) && finding.subject.host == host &&
               finding.subject.router == router;
    });
    for (const ExpectedRoute& route : folding.expected().routes) {
        if (route.host == host && route.router == router) {
            folding.explains_absence(*cause, host, route.prefix);
        }
    }
}

void fold_link(Folding& folding, const ExpectedSession& session) {
    const auto between = [&](const Finding& finding, const std::string& a, const std::string& b) {
        return finding.subject.router == a && finding.subject.peer == b;
    };
    const auto here = [&](const Finding& finding) {
        return is_session_trouble(finding) && (between(finding, session.router, session.peer) ||
                                               between(finding, session.peer, session.router));
    };
    const auto open = folding.open(here);
    if (open.empty()) {
        return;
    }
    std::vector<std::string> says;
    for (const Finding* finding : open) {
        says.push_back(finding->subject.router + " says " + finding->actual);
    }
    const auto cause = folding.claim(CauseCode::LinkDown,
                                     "session between " + session.router + " and " + session.peer +
                                         " is not as agreed: " + join(says, "; "),
                                     "look at the link and at both ends' BGP neighbour",
                                     here);
    // What a router misses of remote hosts while one of its own links is down follows from it, as
    // long as the host's leaf has it.
    folding.claim_more(*cause, [&](const Finding& finding) {
        return is_absence(finding) && !finding.evidence.direct && finding.subject.prefix &&
               finding.subject.router == session.router &&
               folding.accepted_anywhere(finding.subject.host, *finding.subject.prefix);
    });
}

}  // namespace

void fold_sessions(Folding& folding) {
    for (const inventory::Host& host : folding.expected().inventory.hosts) {
        for (const inventory::Peering& peering : host.peerings) {
            fold_peering(folding, host.name, peering.router);
        }
    }
    for (const ExpectedSession& session : folding.expected().sessions) {
        if (!session.with_host) {
            fold_link(folding, session);
        }
    }
}

}  // namespace routeproof::verifier
