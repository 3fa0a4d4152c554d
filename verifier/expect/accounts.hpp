// From what a host's agent printed, or a file says, to an account of the host. Pure.
#pragma once

#include "verifier/expect/expectation.hpp"

namespace routeproof::verifier {

/// Puts report or failure into the account. A report that cannot be read is a failure of stage
/// parse: the host's workloads are unknown then, not absent. So is the report of another host of
/// the inventory: the address leads to the wrong machine.
void fill_account(const inventory::Inventory& inventory,
                  HostAccount& account,
                  const drivers::Answer<std::string>& printed);

/// One account per host of the inventory; hosts that the reports leave out are marked so.
std::vector<HostAccount> accounts_from_file(const inventory::Inventory& inventory,
                                            const std::vector<inventory::HostReport>& reports);

/// What makes reports unfit for this inventory (a host it does not name, a host named twice): one
/// sentence each.
std::vector<std::string> unfit_reports(const inventory::Inventory& inventory,
                                       const std::vector<inventory::HostReport>& reports);

}  // namespace routeproof::verifier
