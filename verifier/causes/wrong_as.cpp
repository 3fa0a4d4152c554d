// A host that runs with another AS number than the inventory gives it.
#include "verifier/causes/folding.hpp"
#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

// Signs that are the host's own doing: what it says itself, and what its leaf sees on the session.
bool is_sign(const Finding& finding, const std::string& host) {
    if (finding.verdict != Verdict::Fail || finding.subject.host != host || !finding.evidence.asn) {
        return false;
    }
    return finding.code == Code::AgentAs ||
           (finding.code == Code::PeerAs && finding.evidence.direct) ||
           (finding.code == Code::WrongOrigin && finding.evidence.direct);
}

bool is_session_trouble(const Finding& finding) {
    return finding.code == Code::SessionDown || finding.code == Code::AgentSession;
}

void fold_host(Folding& folding, const HostAccount& account) {
    const inventory::Host& host = *folding.expected().inventory.host(account.host);
    const auto signs = folding.open([&](const Finding& f) { return is_sign(f, host.name); });
    if (signs.empty()) {
        return;
    }
    const net::Asn wrong = *signs.front()->evidence.asn;
    const bool agent_says_so = account.report && account.report->asn == wrong;
    const auto follows = [&](const Finding& finding) {
        if (finding.verdict == Verdict::Ok || finding.verdict == Verdict::Unknown ||
            finding.subject.host != host.name) {
            return false;
        }
        if (finding.evidence.asn == wrong && finding.code != Code::OtherMatch) {
            return true;
        }
        // A session between the wrong numbers does not come up (RFC 4271 6.2, Bad Peer AS).
        return agent_says_so && (is_session_trouble(finding) || is_absence(finding));
    };

    std::set<std::string> seen_on;
    for (const Finding* finding : folding.open([&](const Finding& f) {
             return f.subject.host == host.name && f.evidence.asn == wrong &&
                    !f.subject.router.empty();
         })) {
        seen_on.insert(finding->subject.router);
    }
    std::string text = host.name;
    text += seen_on.empty() ? " runs" : " announces";
    text += " with AS " + wrong.to_string() + ", the inventory says " + host.asn.to_string();
    if (seen_on.empty()) {
        text += ": its sessions cannot come up as agreed";
    } else {
        text += ": seen on " + join({seen_on.begin(), seen_on.end()});
    }
    if (account.report) {
        text += "; the agent's own configuration says " + account.report->asn.to_string();
    } else {
        text += "; the agent's own configuration was not seen";
    }
    folding.claim(
        CauseCode::WrongAs,
        std::move(text),
        "on " + host.name + ": compare asn in /etc/routeproof/agent.yml with the inventory",
        follows);
}

}  // namespace

void fold_wrong_as(Folding& folding) {
    for (const HostAccount& account : folding.expected().hosts) {
        fold_host(folding, account);
    }
}

}  // namespace routeproof::verifier
