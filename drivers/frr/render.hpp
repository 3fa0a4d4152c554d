// A change in FRR's words.
#pragma once

#include "drivers/change/indented.hpp"
#include "drivers/change/objects.hpp"

#include <vector>

namespace routeproof::frr {

/// What shall stand in the running configuration, free text apart.
std::vector<drivers::Scope> scopes_of(const drivers::Change& change);

}  // namespace routeproof::frr
