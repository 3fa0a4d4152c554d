#include "verifier/checks/checks.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

std::string seen_origin(const net::AsPath& path) {
    if (const auto origin = path.origin()) {
        return "AS " + origin->to_string();
    }
    return path.origin_is_set() ? "an AS set (path " + path.to_string() + ")" : "an empty path";
}

Finding judge(const ExpectedRoute& route, const RouterView* view) {
    Finding finding =
        about(CheckId::OriginAs,
              route,
              (route.origins.size() == 1 ? "AS " : "one of AS ") + join_values(route.origins));
    if (is_unseen(view, finding)) {
        return finding;
    }
    const auto paths = judged_paths(*view, route);
    if (paths.empty()) {
        return absent(std::move(finding), route);
    }
    for (const drivers::Route* path : paths) {
        const auto origin = path->as_path.origin();
        if (!origin ||
            std::find(route.origins.begin(), route.origins.end(), *origin) == route.origins.end()) {
            finding.evidence.asn = origin;
            finding.evidence.as_path = path->as_path;
            finding.evidence.next_hops = path->next_hops;
            finding.evidence.from = path->from;
            return fail(std::move(finding), Code::WrongOrigin, seen_origin(path->as_path));
        }
    }
    return ok(std::move(finding), seen_origin(paths.front()->as_path));
}

}  // namespace

Findings check_origin_as(const Expectations& expectations, const Views& views) {
    Findings findings;
    for (const ExpectedRoute& route : expectations.routes) {
        findings.push_back(judge(route, views.find(route.router)));
    }
    return findings;
}

}  // namespace routeproof::verifier
