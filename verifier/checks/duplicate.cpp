#include "verifier/checks/checks.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/text.hpp"

#include <algorithm>
#include <set>

namespace routeproof::verifier {
namespace {

using Owners = std::map<net::Prefix, std::set<std::string>>;

bool is_anycast(const Expectations& expectations, const net::Prefix& prefix) {
    for (const HostAccount& host : expectations.hosts) {
        if (!host.report) {
            continue;
        }
        for (const inventory::Announcement& announcement : host.report->announcements) {
            if (announcement.prefix == prefix &&
                announcement.kind == inventory::AnnouncementKind::Anycast) {
                return true;
            }
        }
    }
    return false;
}

Owners owners(const Expectations& expectations) {
    Owners result;
    for (const auto& [prefix, hosts] : expectations.announcers) {
        if (!is_anycast(expectations, prefix)) {
            result[prefix].insert(hosts.begin(), hosts.end());
        }
    }
    for (const HostAccount& host : expectations.hosts) {
        if (!host.report) {
            continue;
        }
        for (const inventory::Workload& workload : host.report->workloads) {
            const net::Prefix address = net::Prefix::host(workload.address);
            if (!is_anycast(expectations, address) &&
                !is_anycast(expectations, workload.covered_by)) {
                result[address].insert(host.host);
            }
        }
    }
    return result;
}

}  // namespace

Findings check_duplicate(const Expectations& expectations, const Views&) {
    const Owners all = owners(expectations);
    Findings findings;
    for (const inventory::Pool& pool : expectations.inventory.pools) {
        Finding finding;
        finding.check = CheckId::Duplicate;
        finding.subject.prefix = pool.cidr;
        finding.expected = "one host for each prefix and address of " + pool.cidr.to_string();
        bool found = false;
        for (const auto& [prefix, hosts] : all) {
            const bool in_scope =
                std::any_of(hosts.begin(), hosts.end(), [&](const std::string& host) {
                    return expectations.scope.has_host(host);
                });
            if (hosts.size() < 2 || !in_scope || !pool.cidr.contains(prefix)) {
                continue;
            }
            found = true;
            Finding twice = finding;
            twice.subject.prefix = prefix;
            twice.subject.host = *hosts.begin();
            twice.expected = "one host";
            findings.push_back(fail(
                std::move(twice), Code::Duplicate, join({hosts.begin(), hosts.end()}, " and ")));
        }
        if (!found) {
            findings.push_back(ok(std::move(finding), "one host each"));
        }
    }
    return findings;
}

}  // namespace routeproof::verifier
