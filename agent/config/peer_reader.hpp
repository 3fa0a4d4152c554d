// One peer as files and requests write it; the same keys in the agent's configuration, in that of
// the stand-alone mode and in POST /v1/peers (docs/agent.md lists them).
#pragma once

#include "agent/config/policy_reader.hpp"
#include "agent/peering/config.hpp"
#include "inventory/yaml.hpp"

#include <optional>

namespace routeproof::config {

/// What the rest of the file says about every peer.
struct PeerDefaults {
    net::Asn local_asn;
    bgp::GracefulRestartConfig graceful_restart = {};
    Policies policies = {};
};

/// The value of `graceful_restart:`, of a peer or of all: true, false, or a mapping.
bgp::GracefulRestartConfig read_graceful_restart(const inventory::yaml::Map& map,
                                                 const bgp::GracefulRestartConfig& otherwise);

/// The peer; without one, the file's diagnostics say why.
std::optional<bgp::PeerConfig> read_peer(inventory::yaml::File& file,
                                         const YAML::Node& node,
                                         const PeerDefaults& defaults);

}  // namespace routeproof::config
