#include "verifier/report/result.hpp"

#include "verifier/checks/catalogue.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

int nothing_seen(const Observations& observations) {
    const auto all = [&](drivers::Failure::Kind kind) {
        return std::all_of(observations.begin(), observations.end(), [kind](const auto& entry) {
            return entry.second.failure().kind == kind;
        });
    };
    if (all(drivers::Failure::Kind::Denied)) {
        return 77;
    }
    if (all(drivers::Failure::Kind::Protocol)) {
        return 76;
    }
    if (all(drivers::Failure::Kind::Trouble)) {
        return 66;
    }
    return 69;
}

}  // namespace

Summary summarize(const Expectations& expectations,
                  const Observations& observations,
                  const Findings& findings) {
    Summary summary;
    for (const Finding& finding : findings) {
        switch (finding.verdict) {
            case Verdict::Ok:
                ++summary.ok;
                break;
            case Verdict::Warn:
                ++summary.warn;
                break;
            case Verdict::Unknown:
                ++summary.unknown;
                break;
            case Verdict::Fail:
                ++summary.fail;
                break;
        }
    }
    for (const std::string& router : expectations.routers) {
        const auto found = observations.find(router);
        const bool seen = found != observations.end() && found->second.looked_into();
        ++(seen ? summary.routers_seen : summary.routers_not_seen);
    }
    for (const HostAccount& host : expectations.hosts) {
        if (host.report) {
            ++summary.hosts_heard;
        } else if (host.failure) {
            ++summary.hosts_not_heard;
        }
    }
    return summary;
}

int exit_code(const Summary& summary, const Observations& observations, int interrupted_by) {
    if (interrupted_by != 0) {
        return 128 + interrupted_by;
    }
    if (summary.fail > 0) {
        return 1;
    }
    if (summary.routers_seen == 0) {
        return nothing_seen(observations);
    }
    return summary.unknown > 0 ? 2 : 0;
}

RunResult judge(RunInfo run, Expectations expectations, Observations observations) {
    RunResult result;
    result.run = std::move(run);
    result.expectations = std::move(expectations);
    result.observations = std::move(observations);
    const Views views(result.observations);
    result.findings = run_checks(result.expectations, views);
    result.causes = fold(result.expectations, views, result.findings);
    result.summary = summarize(result.expectations, result.observations, result.findings);
    result.exit_code = exit_code(result.summary, result.observations, result.run.interrupted_by);
    return result;
}

}  // namespace routeproof::verifier
