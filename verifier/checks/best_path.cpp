#include "verifier/checks/checks.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

bool is_one_of(const std::vector<const drivers::Route*>& paths, const drivers::Route* path) {
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

bool has_origin(const ExpectedRoute& route, const drivers::Route& path) {
    const auto origin = path.as_path.origin();
    return origin &&
           std::find(route.origins.begin(), route.origins.end(), *origin) != route.origins.end();
}

// On a leaf the host's own path (or that of another anycast host); elsewhere any of the right
// origin. Where no path has the right origin, origin-as speaks, and this check does not repeat it.
bool is_in_use(const ExpectedRoute& route,
               const std::vector<const drivers::Route*>& judged,
               const std::vector<const drivers::Route*>& selected) {
    if (route.direct && std::any_of(judged.begin(), judged.end(), [&](const drivers::Route* path) {
            return is_one_of(selected, path);
        })) {
        return true;
    }
    if (route.direct && route.kind != inventory::AnnouncementKind::Anycast) {
        return false;
    }
    return std::any_of(selected.begin(), selected.end(), [&](const drivers::Route* path) {
        return has_origin(route, *path);
    });
}

Finding judge(const ExpectedRoute& route, const RouterView* view) {
    Finding finding = about(CheckId::BestPath, route, "selected");
    if (is_unseen(view, finding)) {
        return finding;
    }
    const auto judged = judged_paths(*view, route);
    if (judged.empty()) {
        return absent(std::move(finding), route);
    }
    const auto selected = view->selected(route.prefix);
    if (is_in_use(route, judged, selected)) {
        return ok(std::move(finding), "selected");
    }
    const auto& paths = view->paths(route.prefix);
    const auto right = std::find_if(paths.begin(), paths.end(), [&](const drivers::Route* path) {
        return path->valid && has_origin(route, *path);
    });
    if (!route.direct && right == paths.end() && !selected.empty()) {
        return ok(std::move(finding), "selected; its origin is another matter");
    }
    finding.evidence.reason = one_line((right == paths.end() ? judged.front() : *right)->reason);
    std::string actual = "not selected";
    if (!finding.evidence.reason.empty()) {
        actual += ": " + finding.evidence.reason;
    }
    if (!selected.empty()) {
        const drivers::Route& winner = *selected.front();
        finding.evidence.asn = winner.as_path.origin();
        finding.evidence.as_path = winner.as_path;
        finding.evidence.next_hops = winner.next_hops;
        finding.evidence.from = winner.from;
        actual +=
            "; in use is path " + describe(winner.as_path) + " by " + join_values(winner.next_hops);
    }
    return fail(std::move(finding), Code::NotBest, actual);
}

}  // namespace

Findings check_best_path(const Expectations& expectations, const Views& views) {
    Findings findings;
    for (const ExpectedRoute& route : expectations.routes) {
        findings.push_back(judge(route, views.find(route.router)));
    }
    return findings;
}

}  // namespace routeproof::verifier
