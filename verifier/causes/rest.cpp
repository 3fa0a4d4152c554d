// What no rule has explained: one cause per check, kind of answer, host and what was seen.
#include "verifier/causes/folding.hpp"
#include "verifier/text.hpp"

namespace routeproof::verifier {
namespace {

CauseCode cause_of(const Finding& finding) {
    switch (finding.code) {
        case Code::UnknownAs:
            return CauseCode::OutsideInventory;
        case Code::WrongNextHop:
            return CauseCode::WrongNextHop;
        case Code::NotBest:
            return CauseCode::NotBest;
        case Code::LongerPath:
            return CauseCode::Detour;
        case Code::OtherMatch:
        case Code::WrongOrigin:
            return CauseCode::WrongWay;
        default:
            return finding.check == CheckId::HostView ? CauseCode::HostDisagrees : CauseCode::Other;
    }
}

std::string describe(const Finding& finding) {
    std::string text = std::string(to_string(finding.check));
    if (finding.subject.prefix) {
        text += " " + finding.subject.prefix->to_string();
    }
    if (!finding.subject.host.empty()) {
        text += " of " + finding.subject.host;
    }
    if (!finding.subject.container.empty()) {
        text += " (" + finding.subject.container + ")";
    }
    return text + ": expected " + finding.expected + ", actual " + finding.actual;
}

}  // namespace

void fold_the_rest(Folding& folding) {
    const auto any = [](const Finding&) { return true; };
    for (auto open = folding.open(any); !open.empty(); open = folding.open(any)) {
        const Finding& first = *open.front();
        folding.claim(cause_of(first), describe(first), "", [&](const Finding& finding) {
            return finding.check == first.check && finding.code == first.code &&
                   finding.verdict == first.verdict && finding.subject.host == first.subject.host &&
                   finding.expected == first.expected && finding.actual == first.actual;
        });
    }
}

}  // namespace routeproof::verifier
