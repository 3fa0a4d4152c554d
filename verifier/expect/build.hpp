// Inventory and host reports become expectations. Pure: who was asked, and how, is settled before.
#pragma once

#include "verifier/expect/expectation.hpp"

namespace routeproof::verifier {

/// The origin AS of every expectation is the inventory's AS of the host, never the agent's own
/// claim. Static blocks are expected of every host, asked or not. `accounts` may leave out hosts;
/// those count as not asked.
Expectations build_expectations(const inventory::Inventory& inventory,
                                const std::vector<HostAccount>& accounts,
                                const Scope& scope = {});

/// What a host must announce now: its static blocks and what its report lists as active or
/// draining, inside the pools. A static block that the report holds withdrawn is still expected:
/// the two contradict, and host-view says so.
std::vector<inventory::Announcement> announced(const inventory::Host& host,
                                               const HostAccount& account,
                                               const inventory::Inventory& inventory);

}  // namespace routeproof::verifier
