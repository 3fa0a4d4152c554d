// Which peers a router must be asked about a second time, before import policy. Pure.
#pragma once

#include "verifier/collect/observation.hpp"
#include "verifier/expect/expectation.hpp"

#include <vector>

namespace routeproof::verifier {

/// The hosts' addresses from which an expected path is missing (or rejected without a reason) while
/// the session stands: only there does the Adj-RIB-In tell "not sent" from "rejected". Sorted.
std::vector<net::Address> peers_to_ask(const Expectations& expectations,
                                       const RouterObservation& observation);

/// The ranges that routers are asked for: the pools, none twice.
std::vector<net::Prefix> ranges_to_ask(const inventory::Inventory& inventory);

}  // namespace routeproof::verifier
