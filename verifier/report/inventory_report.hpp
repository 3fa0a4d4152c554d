// The inventory as the loader understood it: for `routeproof inventory show`.
#pragma once

#include "inventory/model.hpp"

#include <string>

namespace routeproof::verifier {

/// "3 routers (2 looked into), 2 hosts, 2 peerings, 2 links, 1 pool".
std::string inventory_counts(const inventory::Inventory& inventory);

std::string inventory_table(const inventory::Inventory& inventory);

/// Schema "routeproof.inventory/1"; no secrets (an inventory has none), paths of keys included.
std::string inventory_json(const inventory::Inventory& inventory);

}  // namespace routeproof::verifier
