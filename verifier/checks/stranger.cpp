#include "verifier/checks/checks.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

// With --host only what overlaps that host's prefixes is of interest.
bool in_scope(const Expectations& expectations, const net::Prefix& prefix) {
    if (expectations.scope.hosts.empty()) {
        return true;
    }
    return std::any_of(
        expectations.announcers.begin(), expectations.announcers.end(), [&](const auto& announced) {
            return announced.first.overlaps(prefix) &&
                   std::any_of(
                       announced.second.begin(),
                       announced.second.end(),
                       [&](const std::string& host) { return expectations.scope.has_host(host); });
        });
}

std::string describe_path(const drivers::Route& path) {
    const auto origin = path.as_path.origin();
    std::string text = path.prefix.to_string() + " from ";
    text += origin ? "AS " + origin->to_string() : describe(path.as_path);
    return text + " by " + join_values(path.next_hops);
}

Finding judge_path(const Expectations& expectations, Finding finding, const drivers::Route& path) {
    const auto origin = path.as_path.origin();
    const inventory::Host* host = origin ? expectations.host_of(*origin) : nullptr;
    finding.subject.prefix = path.prefix;
    finding.evidence.asn = origin;
    finding.evidence.as_path = path.as_path;
    finding.evidence.next_hops = path.next_hops;
    finding.evidence.from = path.from;
    std::string actual = describe_path(path);
    if (host == nullptr) {
        return fail(std::move(finding), Code::Stranger, actual);
    }
    finding.subject.host = host->name;
    // The way must be one that the topology has; else somebody borrows the host's AS number.
    for (const net::AsPathSegment& segment : path.as_path.segments()) {
        for (const net::Asn asn : segment.asns) {
            if (!expectations.knows(asn)) {
                finding.subject.host.clear();
                return fail(std::move(finding), Code::Stranger, actual);
            }
        }
    }
    const HostAccount* account = expectations.account(host->name);
    if (account != nullptr && account->failure) {
        Finding open = unknown(std::move(finding), *account->failure);
        open.code = Code::OwnerNotAsked;
        open.actual = actual + "; " + host->name + " could not be asked (" + open.actual + ")";
        return open;
    }
    if (account == nullptr || !account->report) {
        finding.verdict = Verdict::Unknown;
        finding.code = Code::OwnerNotAsked;
        finding.actual = actual + "; " + host->name + " was not asked";
        return finding;
    }
    return fail(std::move(finding), Code::Stale, actual + ", which does not announce it");
}

void judge(const Expectations& expectations,
           const inventory::Pool& pool,
           const std::string& router,
           const RouterView* view,
           Findings& findings) {
    Finding finding;
    finding.check = CheckId::Stranger;
    finding.subject.router = router;
    finding.subject.prefix = pool.cidr;
    finding.expected = "only what hosts announce inside " + pool.cidr.to_string();
    if (is_unseen(view, finding)) {
        findings.push_back(std::move(finding));
        return;
    }
    const std::size_t before = findings.size();
    std::size_t known = 0;
    for (const auto& [prefix, paths] : view->all()) {
        if (!pool.cidr.contains(prefix)) {
            continue;
        }
        if (expectations.announcers.contains(prefix) || !in_scope(expectations, prefix)) {
            ++known;
            continue;
        }
        // One finding per prefix: the path in use speaks for it, else the first accepted one.
        const auto selected = view->selected(prefix);
        const auto valid = std::find_if(
            paths.begin(), paths.end(), [](const drivers::Route* path) { return path->valid; });
        if (!selected.empty()) {
            findings.push_back(judge_path(expectations, finding, *selected.front()));
        } else if (valid != paths.end()) {
            findings.push_back(judge_path(expectations, finding, **valid));
        }
    }
    if (findings.size() == before) {
        std::string actual =
            known == 1 ? "1 prefix, announced" : std::to_string(known) + " prefixes, all announced";
        findings.push_back(ok(std::move(finding), actual));
    }
}

}  // namespace

Findings check_stranger(const Expectations& expectations, const Views& views) {
    Findings findings;
    for (const std::string& router : expectations.routers) {
        for (const inventory::Pool& pool : expectations.inventory.pools) {
            judge(expectations, pool, router, views.find(router), findings);
        }
    }
    return findings;
}

}  // namespace routeproof::verifier
