// The checks themselves; what each proves stands in catalogue.cpp.
#pragma once

#include "verifier/collect/view.hpp"
#include "verifier/expect/expectation.hpp"
#include "verifier/finding.hpp"

namespace routeproof::verifier {

Findings check_session_established(const Expectations& expectations, const Views& views);
Findings check_prefix_received(const Expectations& expectations, const Views& views);
Findings check_prefix_accepted(const Expectations& expectations, const Views& views);
Findings check_origin_as(const Expectations& expectations, const Views& views);
Findings check_as_path(const Expectations& expectations, const Views& views);
Findings check_next_hop(const Expectations& expectations, const Views& views);
Findings check_best_path(const Expectations& expectations, const Views& views);
Findings check_workload_reachable(const Expectations& expectations, const Views& views);
Findings check_stranger(const Expectations& expectations, const Views& views);
Findings check_duplicate(const Expectations& expectations, const Views& views);
Findings check_host_view(const Expectations& expectations, const Views& views);

}  // namespace routeproof::verifier
