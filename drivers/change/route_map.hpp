// Prefix lists and route maps, which FRR and NX-OS write alike.
#pragma once

#include "drivers/change/indented.hpp"
#include "drivers/change/objects.hpp"

#include <vector>

namespace routeproof::drivers {

Scope scope_of(const PrefixList& list);
/// One block per term, and one that takes away the terms beyond.
std::vector<Scope> scopes_of(const RoutePolicy& policy);

}  // namespace routeproof::drivers
