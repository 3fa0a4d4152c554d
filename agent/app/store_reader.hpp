// `store:` in agent.yml: the etcd that hosts share (docs/store.md).
#pragma once

#include "inventory/store/etcd_store.hpp"
#include "inventory/yaml.hpp"

#include <optional>

namespace routeproof::agent {

/// Nothing if the file has no `store`, or a wrong one (reported to the file).
std::optional<store::EtcdOptions> read_store(const inventory::yaml::Map& root);

}  // namespace routeproof::agent
