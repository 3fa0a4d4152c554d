#include "verifier/finding.hpp"

#include "verifier/checks/catalogue.hpp"

#include <ostream>

namespace routeproof::verifier {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::Ok:
            return "ok";
        case Verdict::Warn:
            return "warn";
        case Verdict::Unknown:
            return "unknown";
        case Verdict::Fail:
            return "fail";
    }
    return "?";
}

std::string_view to_string(CheckId check) {
    return catalogue_entry(check).id;
}

std::string_view to_string(Code code) {
    switch (code) {
        case Code::Proven:
            return "proven";
        case Code::NotLookedAt:
            return "not-looked-at";
        case Code::NotLinked:
            return "not-linked";
        case Code::TableNotSeen:
            return "table-not-seen";
        case Code::NotSupported:
            return "not-supported";
        case Code::NoPath:
            return "no-path";
        case Code::NotReceived:
            return "not-received";
        case Code::Rejected:
            return "rejected";
        case Code::NotAccepted:
            return "not-accepted";
        case Code::WrongOrigin:
            return "wrong-origin";
        case Code::UnknownAs:
            return "unknown-as";
        case Code::LongerPath:
            return "longer-path";
        case Code::WrongNextHop:
            return "wrong-next-hop";
        case Code::NotBest:
            return "not-best";
        case Code::OtherMatch:
            return "other-match";
        case Code::Stranger:
            return "stranger";
        case Code::Stale:
            return "stale";
        case Code::OwnerNotAsked:
            return "owner-not-asked";
        case Code::Duplicate:
            return "duplicate";
        case Code::SessionDown:
            return "session-down";
        case Code::SessionMissing:
            return "session-missing";
        case Code::PeerAs:
            return "peer-as";
        case Code::AgentName:
            return "agent-name";
        case Code::AgentAs:
            return "agent-as";
        case Code::AgentSession:
            return "agent-session";
        case Code::AgentNextHop:
            return "agent-next-hop";
        case Code::NotAnnounced:
            return "not-announced";
        case Code::NotCovered:
            return "not-covered";
        case Code::OutsidePools:
            return "outside-pools";
        case Code::Unnamed:
            return "unnamed";
        case Code::NotInFile:
            return "not-in-file";
    }
    return "?";
}

std::ostream& operator<<(std::ostream& out, const Finding& finding) {
    out << to_string(finding.check) << " " << to_string(finding.verdict) << " ("
        << to_string(finding.code) << ") router=" << finding.subject.router
        << " host=" << finding.subject.host;
    if (finding.subject.prefix) {
        out << " prefix=" << *finding.subject.prefix;
    }
    if (finding.subject.address) {
        out << " address=" << *finding.subject.address;
    }
    return out << ": expected " << finding.expected << ", actual " << finding.actual;
}

}  // namespace routeproof::verifier
