// The verifier's checks as a look at the network, in the words of playbooks: the one place where
// the two meet.
#pragma once

#include "playbooks/proof.hpp"
#include "verifier/report/result.hpp"

namespace routeproof::verifier {

/// Collects, judges and folds, until the deadline at most.
playbooks::LookFunction look_at(inventory::Inventory inventory);

/// A run of the verifier as such a look.
playbooks::Look as_look(const RunResult& result);

}  // namespace routeproof::verifier
