// The variables that a router, a host and their peering bring along.
//
//   router.name router.asn router.os router.role      pools pools.ipv4 pools.ipv6
//   host.name host.asn host.blocks host.blocks.ipv4 host.blocks.ipv6
//   peering.host_address peering.router_address peering.family
//   run.id run.user
#pragma once

#include "inventory/model.hpp"
#include "playbooks/model.hpp"

namespace routeproof::playbooks {

/// A playbook's own variables, those of the command line before those of the file. One that the
/// playbook does not declare is a mistake; so is one without a value. `overrides` is consulted for
/// each; which names exist at all is checked by unknown_overrides.
void add_vars(const std::vector<Variable>& vars,
              const std::map<std::string, std::string>& overrides,
              Variables& into,
              Diagnostics& diagnostics);

/// -e for a name that neither the playbook nor one of its plays declares: one sentence each.
std::vector<std::string> unknown_overrides(const Playbook& playbook,
                                           const std::map<std::string, std::string>& overrides);

void add_network(const inventory::Inventory& inventory, Variables& into);
void add_router(const inventory::Router& router, Variables& into);
void add_peering(const inventory::Host& host, const inventory::Peering& peering, Variables& into);

/// One set of variables for each peering of these hosts on the router; without hosts just one.
std::vector<Variables> scopes_on(const inventory::Inventory& inventory,
                                 const inventory::Router& router,
                                 const std::vector<std::string>& hosts,
                                 const Variables& common);

}  // namespace routeproof::playbooks
