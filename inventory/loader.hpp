// inventory.yml -> Inventory: the native format (docs/inventory.md).
#pragma once

#include "inventory/model.hpp"

#include <filesystem>

namespace routeproof::inventory {

/// Reads the file and applies every rule of rules.hpp. On failure: everything that is wrong, in
/// the order of the file. Paths inside are relative to the file's folder.
Loaded<Inventory> load(const std::filesystem::path& file);

}  // namespace routeproof::inventory
