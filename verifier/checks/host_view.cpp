#include "verifier/checks/checks.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

using inventory::Announcement;
using inventory::AnnouncementState;

Finding on_host(const std::string& host, std::string expected) {
    Finding finding;
    finding.check = CheckId::HostView;
    finding.subject.host = host;
    finding.expected = std::move(expected);
    return finding;
}

Finding judge_name(const inventory::Host& host, const inventory::HostReport& report) {
    Finding finding = on_host(host.name, "the agent calls its host " + host.name);
    if (report.host == host.name) {
        return ok(std::move(finding), report.host);
    }
    return warn(std::move(finding), Code::AgentName, one_line(report.host));
}

Finding judge_as(const inventory::Host& host, const inventory::HostReport& report) {
    Finding finding = on_host(host.name, "the agent runs as AS " + host.asn.to_string());
    if (report.asn == host.asn) {
        return ok(std::move(finding), "AS " + report.asn.to_string());
    }
    finding.evidence.asn = report.asn;
    return fail(std::move(finding), Code::AgentAs, "AS " + report.asn.to_string());
}

// Two views of one session: what the router says stands beside what the agent says.
std::string router_view(const inventory::Peering& peering, const Views& views) {
    const RouterView* view = views.find(peering.router);
    if (view == nullptr || !view->observation().sessions) {
        return "";
    }
    const drivers::BgpSession* session = view->observation().session(peering.host_address);
    return session == nullptr ? "; " + peering.router + " has no such session"
                              : "; " + peering.router + " says " + one_line(session->state);
}

Finding judge_session(const inventory::Host& host,
                      const inventory::Peering& peering,
                      const inventory::HostReport& report,
                      const Views& views) {
    Finding finding = on_host(host.name,
                              "the agent's session to " + peering.router + " (" +
                                  peering.router_address.to_string() + ") is Established");
    finding.subject.router = peering.router;
    finding.evidence.from = peering.host_address;
    const auto session = std::find_if(
        report.sessions.begin(), report.sessions.end(), [&](const inventory::SessionReport& s) {
            return s.peer == peering.router_address;
        });
    if (session == report.sessions.end()) {
        return fail(std::move(finding),
                    Code::AgentSession,
                    "the agent has no such session" + router_view(peering, views));
    }
    finding.evidence.reason = one_line(session->last_error);
    if (session->state == "Established") {
        return ok(std::move(finding), "Established");
    }
    std::string actual = one_line(session->state);
    if (!finding.evidence.reason.empty()) {
        actual += ", last error: " + finding.evidence.reason;
    }
    return fail(std::move(finding), Code::AgentSession, actual + router_view(peering, views));
}

Finding judge_block(const inventory::Host& host,
                    const net::Prefix& block,
                    const inventory::HostReport& report) {
    Finding finding =
        on_host(host.name, "the agent announces " + block.to_string() + ", as the inventory says");
    finding.subject.prefix = block;
    const auto found = std::find_if(report.announcements.begin(),
                                    report.announcements.end(),
                                    [&](const Announcement& a) { return a.prefix == block; });
    if (found == report.announcements.end()) {
        return fail(std::move(finding), Code::NotAnnounced, "it does not announce it");
    }
    if (found->state == AnnouncementState::Withdrawn) {
        return fail(std::move(finding), Code::NotAnnounced, "withdrawn");
    }
    return ok(std::move(finding), std::string(inventory::to_string(found->state)));
}

void judge_announcement(const Expectations& expectations,
                        const inventory::Host& host,
                        const Announcement& announcement,
                        Findings& findings) {
    if (expectations.inventory.pool_of(announcement.prefix) == nullptr) {
        Finding finding = on_host(host.name, "announcements inside the pools");
        finding.subject.prefix = announcement.prefix;
        findings.push_back(
            warn(std::move(finding),
                 Code::OutsidePools,
                 announcement.prefix.to_string() + ", which no router was asked about"));
        return;
    }
    for (const inventory::AnnouncedNextHop& sent : announcement.next_hops) {
        const auto peering = std::find_if(
            host.peerings.begin(), host.peerings.end(), [&](const inventory::Peering& p) {
                return p.router_address == sent.peer;
            });
        if (peering == host.peerings.end() ||
            peering->host_address.family() != sent.next_hop.family()) {
            continue;
        }
        Finding finding = on_host(
            host.name,
            "next hop " + peering->host_address.to_string() + " towards " + peering->router);
        finding.subject.router = peering->router;
        finding.subject.prefix = announcement.prefix;
        finding.evidence.next_hops = {sent.next_hop};
        std::string actual = sent.next_hop.to_string();
        findings.push_back(sent.next_hop == peering->host_address
                               ? ok(std::move(finding), actual)
                               : fail(std::move(finding), Code::AgentNextHop, actual));
    }
}

bool is_announced_outside_pools(const Expectations& expectations,
                                const inventory::HostReport& report,
                                const net::Prefix& prefix) {
    return expectations.inventory.pool_of(prefix) == nullptr &&
           std::any_of(report.announcements.begin(),
                       report.announcements.end(),
                       [&](const Announcement& announcement) {
                           return announcement.prefix == prefix &&
                                  announcement.state != AnnouncementState::Withdrawn;
                       });
}

Finding judge_workload(const Expectations& expectations,
                       const inventory::Host& host,
                       const inventory::HostReport& report,
                       const inventory::Workload& workload) {
    Finding finding =
        on_host(host.name, "an announcement leads to " + workload.address.to_string());
    finding.subject.address = workload.address;
    finding.subject.prefix = workload.covered_by;
    finding.subject.container = workload.container;
    if (is_announced_outside_pools(expectations, report, workload.covered_by)) {
        finding.verdict = Verdict::Unknown;
        finding.code = Code::OutsidePools;
        finding.actual =
            workload.covered_by.to_string() + ", outside the pools: no router was asked about it";
        return finding;
    }
    if (!workload.covered_by.contains(workload.address) ||
        !expectations.announces(host.name, workload.covered_by)) {
        return fail(std::move(finding),
                    Code::NotCovered,
                    workload.covered_by.to_string() + " is not announced or does not cover it");
    }
    if (workload.container.empty()) {
        return warn(std::move(finding), Code::Unnamed, "a container that Docker has not named yet");
    }
    return ok(std::move(finding), workload.covered_by.to_string());
}

void judge_report(const Expectations& expectations,
                  const inventory::Host& host,
                  const HostAccount& account,
                  const Views& views,
                  Findings& findings) {
    const inventory::HostReport& report = *account.report;
    findings.push_back(judge_name(host, report));
    findings.push_back(judge_as(host, report));
    // A file that lists no session was written to say what is announced, and says nothing else.
    if (account.source == HostAccount::Source::Agent || !report.sessions.empty()) {
        for (const inventory::Peering& peering : host.peerings) {
            if (expectations.scope.has_router(peering.router)) {
                findings.push_back(judge_session(host, peering, report, views));
            }
        }
    }
    for (const net::Prefix& block : host.blocks) {
        findings.push_back(judge_block(host, block, report));
    }
    for (const Announcement& announcement : report.announcements) {
        if (announcement.state != AnnouncementState::Withdrawn) {
            judge_announcement(expectations, host, announcement, findings);
        }
    }
    for (const inventory::Workload& workload : report.workloads) {
        findings.push_back(judge_workload(expectations, host, report, workload));
    }
}

}  // namespace

Findings check_host_view(const Expectations& expectations, const Views& views) {
    Findings findings;
    for (const HostAccount& account : expectations.hosts) {
        const inventory::Host* host = expectations.inventory.host(account.host);
        if (host == nullptr || !expectations.scope.has_host(account.host)) {
            continue;
        }
        if (account.report) {
            judge_report(expectations, *host, account, views, findings);
        } else if (account.failure) {
            findings.push_back(unknown(
                on_host(host->name, "the agent of " + host->name + " answers"), *account.failure));
        } else if (account.missing_in_file) {
            findings.push_back(warn(on_host(host->name, "a report of " + host->name),
                                    Code::NotInFile,
                                    "none in the expectation file; only the blocks of the "
                                    "inventory are proven"));
        }
    }
    return findings;
}

}  // namespace routeproof::verifier
