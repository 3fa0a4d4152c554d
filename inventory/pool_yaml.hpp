// One pool in YAML: {cidr: 172.16.100.0/24, block_size: 26}; the same in inventory.yml and
// agent.yml.
#pragma once

#include "inventory/model.hpp"
#include "inventory/yaml.hpp"

namespace routeproof::inventory::yaml {

/// `what` names the entry in messages. Nothing if it has no readable cidr (reported to `file`).
std::optional<Pool> read_pool(File& file,
                              const std::string& what,
                              const std::string& name,
                              const YAML::Node& node);

}  // namespace routeproof::inventory::yaml
