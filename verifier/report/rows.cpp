#include "verifier/report/rows.hpp"

#include "verifier/text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace routeproof::verifier {
namespace {

using RouteKey = std::tuple<std::string, std::string, net::Prefix>;      // host, router, prefix
using WorkloadKey = std::tuple<std::string, std::string, net::Address>;  // host, router, address

// What the checks said about one route, as far as a row shows it.
struct Judged {
    Verdict worst = Verdict::Ok;
    std::string origin_seen;
    std::string next_hop_seen;
};

// The finding speaks in sentences; a column has room for the number.
std::string without_as(const std::string& text) {
    return text.starts_with("AS ") ? text.substr(3) : text;
}

class Index {
public:
    explicit Index(const Findings& findings) {
        for (const Finding& finding : findings) {
            if (finding.check == CheckId::WorkloadReachable && finding.subject.address) {
                workloads_[{
                    finding.subject.host, finding.subject.router, *finding.subject.address}] =
                    &finding;
            } else if (finding.subject.prefix && finding.check < CheckId::WorkloadReachable) {
                add(finding);
            }
        }
    }

    const Judged& route(const RouteKey& key) const {
        static const Judged kNone;
        const auto found = routes_.find(key);
        return found == routes_.end() ? kNone : found->second;
    }
    const Finding* workload(const WorkloadKey& key) const {
        const auto found = workloads_.find(key);
        return found == workloads_.end() ? nullptr : found->second;
    }

private:
    void add(const Finding& finding) {
        Judged& judged =
            routes_[{finding.subject.host, finding.subject.router, *finding.subject.prefix}];
        judged.worst = std::max(judged.worst, finding.verdict);
        if (finding.verdict == Verdict::Unknown || finding.code == Code::NoPath) {
            return;
        }
        if (finding.check == CheckId::OriginAs) {
            judged.origin_seen = without_as(finding.actual);
        } else if (finding.check == CheckId::NextHop) {
            judged.next_hop_seen = join_values(finding.evidence.next_hops);
        }
    }

    std::map<RouteKey, Judged> routes_;
    std::map<WorkloadKey, const Finding*> workloads_;
};

Row row_of(const ExpectedRoute& route, const Index& index) {
    const Judged& judged = index.route({route.host, route.router, route.prefix});
    Row row;
    row.host = route.host;
    row.router = route.router;
    row.prefix = route.prefix.to_string();
    row.origin = join_values(route.origins);
    row.next_hop = join_values(route.next_hops);
    row.origin_seen = judged.origin_seen;
    row.next_hop_seen = judged.next_hop_seen;
    row.prefix_seen = judged.next_hop_seen.empty() ? "" : row.prefix;
    row.verdict = judged.worst;
    return row;
}

Row row_of(const ExpectedWorkload& workload, const ExpectedRoute& route, const Index& index) {
    Row row = row_of(route, index);
    row.container = workload.container.empty() ? "(unnamed)" : one_line(workload.container);
    row.address = workload.address.to_string();
    const Finding* finding = index.workload({workload.host, workload.router, workload.address});
    if (finding == nullptr) {
        return row;
    }
    row.verdict = std::max(row.verdict, finding->verdict);
    row.prefix_seen.clear();
    row.origin_seen.clear();
    row.next_hop_seen.clear();
    if (finding->evidence.match) {
        row.prefix_seen = finding->evidence.match->to_string();
        row.origin_seen = finding->evidence.asn ? finding->evidence.asn->to_string() : "none";
        row.next_hop_seen = join_values(finding->evidence.next_hops);
    }
    return row;
}

}  // namespace

std::vector<Row> rows(const Expectations& expectations, const Findings& findings) {
    const Index index(findings);
    std::map<RouteKey, const ExpectedRoute*> routes;
    for (const ExpectedRoute& route : expectations.routes) {
        routes[{route.host, route.router, route.prefix}] = &route;
    }
    std::vector<Row> result;
    std::set<RouteKey> covered;
    for (const ExpectedWorkload& workload : expectations.workloads) {
        const RouteKey key{workload.host, workload.router, workload.covered_by};
        result.push_back(row_of(workload, *routes.at(key), index));
        covered.insert(key);
    }
    for (const ExpectedRoute& route : expectations.routes) {
        if (!covered.contains({route.host, route.router, route.prefix})) {
            result.push_back(row_of(route, index));
        }
    }
    return result;
}

}  // namespace routeproof::verifier
