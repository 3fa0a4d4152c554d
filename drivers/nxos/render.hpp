// A change in the words of NX-OS's command line.
#pragma once

#include "drivers/change/indented.hpp"
#include "drivers/change/objects.hpp"

#include <vector>

namespace routeproof::nxos {

/// What shall stand in the running configuration, free text apart.
std::vector<drivers::Scope> scopes_of(const drivers::Change& change);

}  // namespace routeproof::nxos
