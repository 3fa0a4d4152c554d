#include "verifier/report/table.hpp"

#include "verifier/checks/judge.hpp"
#include "verifier/report/grid.hpp"
#include "verifier/report/rows.hpp"
#include "verifier/text.hpp"

#include <algorithm>
#include <cstdio>

namespace routeproof::verifier {
namespace {

Colour colour_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::Ok:
            return Colour::Green;
        case Verdict::Warn:
        case Verdict::Unknown:
            return Colour::Yellow;
        case Verdict::Fail:
            return Colour::Red;
    }
    return Colour::None;
}

std::string word(Verdict verdict) {
    return verdict == Verdict::Fail ? "MISMATCH" : std::string(to_string(verdict));
}

// What was seen, next to what was expected; red where they differ.
Cell seen(const std::string& expected, const std::string& actual, Verdict verdict) {
    if (actual.empty()) {
        return {verdict == Verdict::Unknown ? "?" : "-", colour_of(verdict)};
    }
    // A next hop out of several candidates is right as well; the verdict knows, the column need
    // not.
    const bool differs = actual != expected && verdict == Verdict::Fail;
    return {actual, differs ? Colour::Red : Colour::None};
}

std::string container_of(const Row& row) {
    return row.container.empty() ? "-" : row.container;
}

Grid wide(const std::vector<Row>& shown) {
    Grid grid({"CONTAINER",
               "ADDRESS",
               "HOST",
               "ROUTER",
               "PREFIX",
               "SEEN",
               "ORIGIN AS",
               "SEEN",
               "NEXT HOP",
               "SEEN",
               "VERDICT"});
    for (const Row& row : shown) {
        grid.add({{container_of(row)},
                  {row.address.empty() ? "-" : row.address},
                  {row.host},
                  {row.router},
                  {row.prefix},
                  seen(row.prefix, row.prefix_seen, row.verdict),
                  {row.origin},
                  seen(row.origin, row.origin_seen, row.verdict),
                  {row.next_hop},
                  seen(row.next_hop, row.next_hop_seen, row.verdict),
                  {word(row.verdict), colour_of(row.verdict)}});
    }
    return grid;
}

// For narrow terminals: two lines per row, what is expected above what was seen.
Grid narrow(const std::vector<Row>& shown) {
    Grid grid({"CONTAINER", "ROUTER", "", "PREFIX", "AS", "NEXT HOP", "VERDICT"});
    for (const Row& row : shown) {
        grid.add({{row.container.empty() ? row.host : row.container},
                  {row.router},
                  {"expected"},
                  {row.prefix},
                  {row.origin},
                  {row.next_hop},
                  {word(row.verdict), colour_of(row.verdict)}});
        grid.add({{row.address},
                  {""},
                  {"seen"},
                  seen(row.prefix, row.prefix_seen, row.verdict),
                  seen(row.origin, row.origin_seen, row.verdict),
                  seen(row.next_hop, row.next_hop_seen, row.verdict),
                  {""}});
    }
    return grid;
}

std::string print_rows(const RunResult& result, const TableOptions& options) {
    const std::vector<Row> all = rows(result.expectations, result.findings);
    std::vector<Row> shown = all;
    if (!options.all && all.size() > kRowsShown) {
        std::erase_if(shown, [](const Row& row) { return row.verdict == Verdict::Ok; });
        shown.resize(std::min(shown.size(), kRowsShown));
    }
    std::string out;
    if (!shown.empty()) {
        const Grid grid = wide(shown);
        const bool fits = options.width == 0 || grid.width() <= options.width;
        out += fits ? grid.print(options.colour) : narrow(shown).print(options.colour);
    }
    if (shown.size() < all.size()) {
        out += "... and " + count(all.size() - shown.size(), "further row") + " (--all)\n";
    }
    return out.empty() ? out : out + "\n";
}

std::string wrap(const std::string& text, std::size_t width, std::size_t indent) {
    if (width == 0 || width <= indent + 20) {
        return text;
    }
    std::string out;
    std::size_t column = indent;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t blank = std::min(text.find(' ', at), text.size());
        const std::string piece = text.substr(at, blank - at);
        if (column > indent && column + 1 + columns(piece) > width) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            out += ' ';
            ++column;
        }
        out += piece;
        column += columns(piece);
        at = blank + 1;
    }
    return out;
}

std::string print_causes(const RunResult& result, const TableOptions& options) {
    std::string out;
    for (const Cause& cause : result.causes) {
        const std::string head = word(cause.verdict);
        out += paint(head, colour_of(cause.verdict), options.colour) + "  " +
               wrap(cause.text, options.width, columns(head) + 2) + "\n";
        if (!cause.next_step.empty()) {
            out += "    next: " + wrap(cause.next_step, options.width, 10) + "\n";
        }
        for (const std::size_t i : cause.findings) {
            if (options.all) {
                const Finding& finding = result.findings[i];
                out += "    " + std::string(to_string(finding.check)) + " " +
                       (finding.subject.router.empty() ? finding.subject.host
                                                       : finding.subject.router) +
                       (finding.subject.prefix ? " " + finding.subject.prefix->to_string() : "") +
                       ": expected " + finding.expected + ", actual " + finding.actual + "\n";
            }
        }
    }
    return out.empty() ? out : out + "\n";
}

std::string seconds(std::chrono::milliseconds took) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(took.count()) / 1000.0);
    return text;
}

}  // namespace

std::string summary_line(const RunResult& result) {
    const Summary& s = result.summary;
    std::string out = std::string(s.fail > 0                       ? "MISMATCH"
                                  : s.unknown > 0                  ? "UNKNOWN"
                                  : result.run.interrupted_by != 0 ? "INCOMPLETE"
                                                                   : "PROVEN");
    const Scope& scope = result.expectations.scope;
    std::vector<std::string> only = scope.routers;
    only.insert(only.end(), scope.hosts.begin(), scope.hosts.end());
    if (!only.empty()) {
        out += " for " + join(only) + " only";
    }
    out += ": " + count(s.obligations(), "obligation") + ": " + std::to_string(s.ok) + " ok, " +
           std::to_string(s.fail) + " mismatch, " + std::to_string(s.unknown) + " unknown";
    if (s.warn > 0) {
        out += ", " + count(s.warn, "warning");
    }
    out += "; " + count(s.routers_seen, "router") + " looked into";
    if (s.routers_not_seen > 0) {
        out += ", " + std::to_string(s.routers_not_seen) + " asked in vain";
    }
    const auto& skipped = result.expectations.not_looked_into;
    if (!skipped.empty()) {
        out += ", not looked into: " + join(skipped);
    }
    out += "; " + seconds(result.run.took);
    if (result.run.interrupted_by != 0) {
        out += "; interrupted, incomplete";
    }
    return out;
}

std::string table_report(const RunResult& result, const TableOptions& options) {
    const Summary& s = result.summary;
    const Verdict worst = s.fail > 0      ? Verdict::Fail
                          : s.unknown > 0 ? Verdict::Unknown
                                          : Verdict::Ok;
    return print_rows(result, options) + print_causes(result, options) +
           paint(summary_line(result), colour_of(worst), options.colour) + "\n";
}

}  // namespace routeproof::verifier
