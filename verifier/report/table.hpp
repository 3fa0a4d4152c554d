// The report for people.
#pragma once

#include "verifier/report/result.hpp"

#include <string>

namespace routeproof::verifier {

struct TableOptions {
    bool colour = false;
    std::size_t width = 0;  // columns of the terminal; 0: not a terminal, no limit
    bool all = false;       // every row and every obligation that is not ok
};

/// Up to this many rows are shown even if all of them are ok.
inline constexpr std::size_t kRowsShown = 40;

std::string table_report(const RunResult& result, const TableOptions& options);

/// "leaf1, leaf2: 40 obligations, 38 ok, 2 mismatch, 0 unknown ..."; one line, no newline.
std::string summary_line(const RunResult& result);

}  // namespace routeproof::verifier
