// One element of an `announce:` list: a prefix, or a mapping with its attributes.
#pragma once

#include "agent/config/originations.hpp"
#include "inventory/yaml.hpp"

namespace routeproof::config {

void read_announcement(inventory::yaml::File& file,
                       const YAML::Node& node,
                       Originations& originations);

}  // namespace routeproof::config
