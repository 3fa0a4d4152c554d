// Policies as files write them: lists of terms, by name or in place.
//   policies:
//     FROM-LEAVES:
//       - {match: {prefix: ["172.16.0.0/16 ge 24 le 32"]}, set: {local_pref: 200}, then: accept}
#pragma once

#include "agent/peering/rib/policy.hpp"
#include "inventory/yaml.hpp"

#include <map>
#include <optional>
#include <string>

namespace routeproof::config {

using Policies = std::map<std::string, bgp::Policy>;

/// The value of `policies:`.
Policies read_policies(const inventory::yaml::Map& root);

/// The value of a peer's `import` or `export`: all, none, the name of a policy, or terms in place.
std::optional<bgp::Policy> read_policy_choice(const inventory::yaml::Map& peer,
                                              const char* key,
                                              const Policies& known);

}  // namespace routeproof::config
