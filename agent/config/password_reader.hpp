// Where a peer's MD5 key comes from (RFC 2385): a file, the environment, or the configuration
// itself, as long as nobody else can read it. It is never shown.
#pragma once

#include "inventory/secret.hpp"
#include "inventory/yaml.hpp"

namespace routeproof::config {

/// Of `password`, `password_file` and `password_env`, at most one; without one, an empty secret.
Secret read_password(const inventory::yaml::Map& peer);

}  // namespace routeproof::config
