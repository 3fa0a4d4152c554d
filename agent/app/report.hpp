// The agent's words about itself, as the local API gives them.
#pragma once

#include "agent/app/announcer.hpp"
#include "agent/app/config.hpp"
#include "agent/docker/registry.hpp"
#include "agent/peering/speaker.hpp"
#include "inventory/announcement.hpp"

namespace routeproof::agent {

/// The record that `routeproof verify` reads (inventory/announcement.hpp).
inventory::HostReport make_report(const Config& config,
                                  const Announcer& announcer,
                                  const bgp::Speaker& speaker,
                                  const docker::Registry& registry);

}  // namespace routeproof::agent
