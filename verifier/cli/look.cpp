#include "verifier/cli/look.hpp"

#include "verifier/collect/collect.hpp"
#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

playbooks::Verdict as_verdict(Verdict verdict) {
    switch (verdict) {
        case Verdict::Ok:
            return playbooks::Verdict::Ok;
        case Verdict::Warn:
            return playbooks::Verdict::Warn;
        case Verdict::Unknown:
            return playbooks::Verdict::Unknown;
        case Verdict::Fail:
            break;
    }
    return playbooks::Verdict::Mismatch;
}

/// What the obligation is about. Two sessions with one host differ in the peer's address only.
std::vector<std::string> words_about(const Finding& finding) {
    const Subject& subject = finding.subject;
    std::vector<std::string> words{std::string(to_string(finding.check)),
                                   subject.router,
                                   subject.host,
                                   subject.peer,
                                   subject.prefix ? subject.prefix->to_string() : "",
                                   subject.address ? subject.address->to_string() : ""};
    const bool session = finding.check == CheckId::SessionEstablished;
    words.push_back(session && finding.evidence.from ? finding.evidence.from->to_string() : "");
    return words;
}

std::string sentence(const Finding& finding, std::vector<std::string> words) {
    words.erase(std::remove(words.begin(), words.end(), ""), words.end());
    std::string text = join(words, " ");
    if (finding.verdict != Verdict::Ok) {
        text += ": expected " + finding.expected + ", seen " + finding.actual;
    }
    return one_line(text);
}

}  // namespace

playbooks::Look as_look(const RunResult& result) {
    playbooks::Look look;
    for (const Finding& finding : result.findings) {
        const auto words = words_about(finding);
        look.obligations.push_back({join(words, "|"),
                                    finding.subject.router,
                                    finding.subject.host,
                                    std::string(to_string(finding.check)),
                                    std::string(to_string(finding.code)),
                                    as_verdict(finding.verdict),
                                    sentence(finding, words)});
    }
    for (const Cause& cause : result.causes) {
        look.causes.push_back(one_line(cause.text));
    }
    for (const std::string& router : result.expectations.routers) {
        const auto found = result.observations.find(router);
        if (found == result.observations.end() || !found->second.looked_into()) {
            look.not_seen.insert(router);
        }
    }
    for (const HostAccount& account : result.expectations.hosts) {
        if (account.failure) {
            look.not_heard.insert(account.host);
        }
    }
    if (result.summary.routers_seen == 0) {
        Summary nothing = result.summary;
        nothing.fail = 0;
        look.nothing_seen = exit_code(nothing, result.observations, 0);
    }
    look.took = result.run.took;
    look.whole = result.run.interrupted_by == 0;
    return look;
}

playbooks::LookFunction look_at(inventory::Inventory inventory) {
    return [inventory = std::move(inventory)](std::chrono::steady_clock::time_point deadline) {
        CollectRequest request;
        request.inventory = inventory;
        request.until = deadline;
        RunInfo run;
        run.started = now();
        const auto started = std::chrono::steady_clock::now();
        Collected collected = collect(request, real_reach());
        run.interrupted_by = collected.interrupted_by;
        run.took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - started);
        auto look = as_look(judge(
            std::move(run), std::move(collected.expectations), std::move(collected.observations)));
        look.whole = look.whole && !collected.cut_off;
        return look;
    };
}

}  // namespace routeproof::verifier
