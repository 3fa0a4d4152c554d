// The table of checks: one row each, and the one place that names them.
#pragma once

#include "verifier/collect/view.hpp"
#include "verifier/expect/expectation.hpp"
#include "verifier/finding.hpp"

#include <span>
#include <string_view>

namespace routeproof::verifier {

/// A check is pure: what is expected and what was seen, to one finding per obligation, also for
/// those that are met.
using CheckFunction = Findings (*)(const Expectations&, const Views&);

struct CatalogueEntry {
    CheckId id_value;
    std::string_view id;  // stable
    std::string_view purpose;
    std::string_view passes;
    std::string_view fails;
    CheckFunction run;
};

std::span<const CatalogueEntry> catalogue();
const CatalogueEntry& catalogue_entry(CheckId check);

/// All checks, in the catalogue's order.
Findings run_checks(const Expectations& expectations, const Views& views);

}  // namespace routeproof::verifier
