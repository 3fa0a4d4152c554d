// One peer as files and requests write it; the same keys in the agent's configuration, in that of
// the stand-alone mode and in POST /v1/peers (docs/agent.md lists them).
#pragma once

#include "agent/peering/speaker.hpp"
#include "inventory/yaml.hpp"

#include <optional>

namespace routeproof::config {

/// What the rest of the file says about every peer.
struct PeerDefaults {
    net::Asn local_asn;
};

/// The peer; without one, the file's diagnostics say why.
std::optional<bgp::PeerConfig> read_peer(inventory::yaml::File& file,
                                         const YAML::Node& node,
                                         const PeerDefaults& defaults);

}  // namespace routeproof::config
