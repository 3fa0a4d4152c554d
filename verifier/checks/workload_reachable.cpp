#include "verifier/checks/checks.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

std::string describe_match(const net::Prefix& match, const drivers::Route& path) {
    std::string text = match.to_string() + " from ";
    const auto origin = path.as_path.origin();
    text += origin ? "AS " + origin->to_string() : describe(path.as_path);
    return text + " by " + join_values(path.next_hops);
}

Finding judge(const Expectations& expectations,
              const ExpectedWorkload& workload,
              const RouterView* view) {
    Finding finding;
    finding.check = CheckId::WorkloadReachable;
    finding.subject.router = workload.router;
    finding.subject.host = workload.host;
    finding.subject.prefix = workload.covered_by;
    finding.subject.address = workload.address;
    finding.subject.container = workload.container;
    finding.expected =
        workload.covered_by.to_string() + " from AS " + join_values(workload.origins);
    if (is_unseen(view, finding)) {
        return finding;
    }
    const auto match = view->longest_match(workload.address);
    if (!match) {
        return fail(std::move(finding), Code::NoPath, "no route");
    }
    const auto paths = view->selected(*match);
    finding.evidence.match = match;
    finding.evidence.next_hops = next_hops_of(paths);
    finding.evidence.as_path = paths.front()->as_path;
    finding.evidence.asn = paths.front()->as_path.origin();
    finding.evidence.from = paths.front()->from;
    for (const drivers::Route* path : paths) {
        const auto origin = path->as_path.origin();
        const bool from_host =
            origin && std::find(workload.origins.begin(), workload.origins.end(), *origin) !=
                          workload.origins.end();
        if (!from_host || !expectations.announces(workload.host, *match)) {
            finding.evidence.asn = origin;
            finding.evidence.as_path = path->as_path;
            finding.evidence.next_hops = path->next_hops;
            finding.evidence.from = path->from;
            std::string actual = describe_match(*match, *path);
            const Code code = *match == workload.covered_by ? Code::WrongOrigin : Code::OtherMatch;
            return fail(std::move(finding), code, actual);
        }
    }
    std::string actual = describe_match(*match, *paths.front());
    return ok(std::move(finding), actual);
}

// The host should have told its containers and could not be asked: one obligation per router says
// that they are not known, so that nobody takes their absence for health.
void not_known(const Expectations& expectations, const HostAccount& host, Findings& findings) {
    for (const std::string& router : expectations.routers) {
        Finding finding;
        finding.check = CheckId::WorkloadReachable;
        finding.subject.router = router;
        finding.subject.host = host.host;
        finding.expected = "every container of " + host.host;
        findings.push_back(unknown(std::move(finding), *host.failure));
    }
}

}  // namespace

Findings check_workload_reachable(const Expectations& expectations, const Views& views) {
    Findings findings;
    for (const ExpectedWorkload& workload : expectations.workloads) {
        findings.push_back(judge(expectations, workload, views.find(workload.router)));
    }
    for (const HostAccount& host : expectations.hosts) {
        if (host.failure && expectations.scope.has_host(host.host)) {
            not_known(expectations, host, findings);
        }
    }
    return findings;
}

}  // namespace routeproof::verifier
