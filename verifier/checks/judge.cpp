#include "verifier/checks/judge.hpp"

#include "verifier/text.hpp"

#include <algorithm>
#include <utility>

namespace routeproof::verifier {
namespace {

Finding judged(Finding finding, Verdict verdict, Code code, const std::string& actual) {
    finding.verdict = verdict;
    finding.code = code;
    finding.actual = one_line(actual);
    return finding;
}

}  // namespace

Finding about(CheckId check, const ExpectedRoute& route, std::string expected) {
    Finding finding;
    finding.check = check;
    finding.subject.router = route.router;
    finding.subject.host = route.host;
    finding.subject.prefix = route.prefix;
    finding.expected = std::move(expected);
    finding.evidence.direct = route.direct;
    return finding;
}

Finding ok(Finding finding, const std::string& actual) {
    return judged(std::move(finding), Verdict::Ok, Code::Proven, actual);
}

Finding warn(Finding finding, Code code, const std::string& actual) {
    return judged(std::move(finding), Verdict::Warn, code, actual);
}

Finding fail(Finding finding, Code code, const std::string& actual) {
    return judged(std::move(finding), Verdict::Fail, code, actual);
}

Finding unknown(Finding finding, const drivers::Failure& failure) {
    const Code code = failure.kind == drivers::Failure::Kind::NotSupported ? Code::NotSupported
                                                                           : Code::NotLookedAt;
    finding.evidence.failure = failure;
    return judged(std::move(finding), Verdict::Unknown, code, describe(failure));
}

Finding table_not_seen(Finding finding) {
    return judged(
        std::move(finding), Verdict::Unknown, Code::TableNotSeen, "the router showed no BGP table");
}

std::string describe(const drivers::Failure& failure) {
    if (failure.kind == drivers::Failure::Kind::NotSupported) {
        return "not supported: " + one_line(failure.what);
    }
    return std::string(drivers::to_string(failure.stage)) + ": " + one_line(failure.what);
}

bool is_unseen(const RouterView* view, Finding& finding) {
    if (view == nullptr) {
        finding = unknown(std::move(finding), not_asked());
        return true;
    }
    if (!view->observation().routes) {
        finding = unknown(std::move(finding), view->observation().routes.error());
        return true;
    }
    if (view->is_without_bgp()) {
        finding = unknown(std::move(finding), view->observation().sessions.error());
        return true;
    }
    if (!view->has_table()) {
        finding = table_not_seen(std::move(finding));
        return true;
    }
    return false;
}

std::vector<const drivers::Route*> judged_paths(const RouterView& view,
                                                const ExpectedRoute& route) {
    std::vector<const drivers::Route*> paths;
    if (route.direct) {
        for (const net::Address& peer : route.peers) {
            const drivers::Route* path = view.path_from(route.prefix, peer);
            if (path != nullptr && path->valid) {
                paths.push_back(path);
            }
        }
        return paths;
    }
    paths = view.selected(route.prefix);
    if (paths.empty()) {
        for (const drivers::Route* path : view.paths(route.prefix)) {
            if (path->valid) {
                paths.push_back(path);
            }
        }
    }
    return paths;
}

Finding absent(Finding finding, const ExpectedRoute& route) {
    if (!route.required) {
        return ok(std::move(finding), "absent; the host is draining");
    }
    return fail(std::move(finding), Code::NoPath, "no path");
}

std::string describe(const net::AsPath& path) {
    return path.empty() ? "empty path" : path.to_string();
}

}  // namespace routeproof::verifier
