// What makes an inventory wrong: a function and a sentence per rule, all of them pure.
#pragma once

#include "inventory/model.hpp"

namespace routeproof::inventory {

/// Every rule on the whole inventory; empty if all hold.
Diagnostics broken_rules(const Inventory& inventory);

}  // namespace routeproof::inventory
