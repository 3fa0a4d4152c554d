#include "verifier/checks/checks.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/text.hpp"

namespace routeproof::verifier {
namespace {

std::optional<net::Asn> first_unknown(const Expectations& expectations, const net::AsPath& path) {
    for (const net::AsPathSegment& segment : path.segments()) {
        for (const net::Asn asn : segment.asns) {
            if (!expectations.knows(asn)) {
                return asn;
            }
        }
    }
    return std::nullopt;
}

// Neighbouring repetitions are prepends: they lengthen the path, not the way.
unsigned hops_without_prepends(const net::AsPath& path) {
    unsigned hops = 0;
    net::Asn last;
    for (const net::AsPathSegment& segment : path.segments()) {
        if (segment.type == net::AsPathSegment::Type::Set) {
            ++hops;
            last = net::Asn();
        } else if (segment.type == net::AsPathSegment::Type::Sequence) {
            for (const net::Asn asn : segment.asns) {
                hops += asn == last ? 0 : 1;
                last = asn;
            }
        }
    }
    return hops;
}

Finding judge(const Expectations& expectations,
              const ExpectedRoute& route,
              const RouterView* view) {
    Finding finding = about(CheckId::AsPath, route, count(route.hops, "AS number") + ", known");
    if (is_unseen(view, finding)) {
        return finding;
    }
    const auto paths = judged_paths(*view, route);
    if (paths.empty()) {
        return absent(std::move(finding), route);
    }
    for (const drivers::Route* path : paths) {
        if (const auto stranger = first_unknown(expectations, path->as_path)) {
            finding.evidence.asn = stranger;
            finding.evidence.as_path = path->as_path;
            finding.evidence.next_hops = path->next_hops;
            finding.evidence.from = path->from;
            return fail(std::move(finding),
                        Code::UnknownAs,
                        describe(path->as_path) + " (AS " + stranger->to_string() +
                            " is not in the inventory)");
        }
    }
    for (const drivers::Route* path : paths) {
        if (hops_without_prepends(path->as_path) > route.hops) {
            finding.evidence.as_path = path->as_path;
            return warn(std::move(finding), Code::LongerPath, describe(path->as_path));
        }
    }
    return ok(std::move(finding), describe(paths.front()->as_path));
}

}  // namespace

Findings check_as_path(const Expectations& expectations, const Views& views) {
    Findings findings;
    for (const ExpectedRoute& route : expectations.routes) {
        findings.push_back(judge(expectations, route, views.find(route.router)));
    }
    return findings;
}

}  // namespace routeproof::verifier
