#include "verifier/causes/folding.hpp"

#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

template <class T>
void sort_unique(std::vector<T>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

Folding::Folding(const Expectations& expectations, const Views& views, const Findings& findings)
    : expectations_(expectations), views_(views), findings_(findings) {
    for (std::size_t i = 0; i < findings.size(); ++i) {
        if (findings[i].verdict != Verdict::Ok) {
            open_.push_back(i);
        }
    }
}

std::vector<const Finding*> Folding::open(const Predicate& predicate) const {
    std::vector<const Finding*> result;
    for (const std::size_t i : open_) {
        if (predicate(findings_[i])) {
            result.push_back(&findings_[i]);
        }
    }
    return result;
}

std::optional<std::size_t> Folding::claim(CauseCode code,
                                          std::string text,
                                          std::string next_step,
                                          const Predicate& predicate) {
    if (open(predicate).empty()) {
        return std::nullopt;
    }
    Cause cause;
    cause.code = code;
    cause.verdict = Verdict::Ok;
    cause.text = std::move(text);
    cause.next_step = std::move(next_step);
    causes_.push_back(std::move(cause));
    claim_more(causes_.size() - 1, predicate);
    return causes_.size() - 1;
}

void Folding::claim_more(std::size_t number, const Predicate& predicate) {
    Cause& cause = causes_[number];
    std::erase_if(open_, [&](std::size_t i) {
        const Finding& finding = findings_[i];
        if (!predicate(finding)) {
            return false;
        }
        cause.findings.push_back(i);
        cause.verdict = std::max(cause.verdict, finding.verdict);
        if (!finding.subject.router.empty()) {
            cause.routers.push_back(finding.subject.router);
        }
        if (!finding.subject.host.empty()) {
            cause.hosts.push_back(finding.subject.host);
        }
        if (finding.subject.prefix) {
            cause.prefixes.push_back(*finding.subject.prefix);
        }
        return true;
    });
}

void Folding::explains_absence(std::size_t cause,
                               const std::string& host,
                               const net::Prefix& prefix) {
    absences_.try_emplace({host, prefix}, cause);
}

void Folding::claim_consequences() {
    for (const auto& absence : absences_) {
        const std::string& host = absence.first.first;
        const net::Prefix& prefix = absence.first.second;
        const bool elsewhere = accepted_anywhere(host, prefix);
        claim_more(absence.second, [&](const Finding& finding) {
            if (!is_absence(finding) || finding.subject.host != host ||
                finding.subject.prefix != prefix) {
                return false;
            }
            const auto& routers = causes_[absence.second].routers;
            const bool same_router =
                std::find(routers.begin(), routers.end(), finding.subject.router) != routers.end();
            return same_router || !elsewhere;
        });
    }
}

std::vector<std::string> Folding::accepting_leaves(const std::string& host,
                                                   const net::Prefix& prefix) const {
    std::vector<std::string> leaves;
    for (const Finding& finding : findings_) {
        if (finding.check == CheckId::PrefixAccepted && finding.verdict == Verdict::Ok &&
            finding.evidence.direct && finding.subject.host == host &&
            finding.subject.prefix == prefix) {
            leaves.push_back(finding.subject.router);
        }
    }
    sort_unique(leaves);
    return leaves;
}

bool Folding::accepted_anywhere(const std::string& host, const net::Prefix& prefix) const {
    return !accepting_leaves(host, prefix).empty();
}

std::vector<Cause> Folding::finish() {
    for (Cause& cause : causes_) {
        sort_unique(cause.hosts);
        sort_unique(cause.routers);
        sort_unique(cause.prefixes);
        std::sort(cause.findings.begin(), cause.findings.end());
        // Names of containers and policies come from outside; a terminal obeys control characters.
        cause.text = one_line(cause.text);
        cause.next_step = one_line(cause.next_step);
        cause.text += "; " + count(cause.findings.size(), "obligation");
        if (!cause.routers.empty()) {
            cause.text += " on " + join(cause.routers);
        }
    }
    const auto rank = [](const Cause& cause) {
        switch (cause.verdict) {
            case Verdict::Fail:
                return 0;
            case Verdict::Unknown:
                return 1;
            case Verdict::Warn:
                return 2;
            case Verdict::Ok:
                break;
        }
        return 3;
    };
    std::stable_sort(causes_.begin(), causes_.end(), [&](const Cause& a, const Cause& b) {
        return rank(a) < rank(b);
    });
    return std::move(causes_);
}

bool is_absence(const Finding& finding) {
    switch (finding.code) {
        case Code::NoPath:
        case Code::NotReceived:
        case Code::NotAccepted:
        case Code::Rejected:
        case Code::OtherMatch:  // the address falls to a less specific prefix of somebody else
            return finding.verdict == Verdict::Fail &&
                   (finding.code != Code::OtherMatch || !finding.evidence.match ||
                    (finding.subject.prefix &&
                     finding.evidence.match->length() < finding.subject.prefix->length()));
        default:
            return false;
    }
}

std::string introduce(const Expectations& expectations,
                      const std::string& host,
                      const std::string& router) {
    const inventory::Host* found = expectations.inventory.host(host);
    if (found == nullptr) {
        return host;
    }
    std::string text = host + " (";
    for (const inventory::Peering& peering : found->peerings) {
        if (peering.router == router) {
            text += peering.host_address.to_string() + ", ";
        }
    }
    return text + "AS " + found->asn.to_string() + ")";
}

}  // namespace routeproof::verifier
