// Which routers or hosts are meant, as in Ansible: "leaf*:!leaf3", "leaf:&frr", "all".
#pragma once

#include "inventory/model.hpp"
#include "playbooks/text.hpp"

namespace routeproof::playbooks {

/// Terms are separated by ':' or ','; "&x" keeps only what x names, too, "!x" takes it out. A term
/// is a name, a name with * ? [a-z], a role (leaf, spine), an OS (junos, nxos, frr, bird) or "all".
/// In the inventory's order. A term that names nothing is a mistake and said so; so is a pattern
/// that leaves nothing. Empty only then.
std::vector<std::string> select_routers(const Text& pattern,
                                        const inventory::Inventory& inventory,
                                        Diagnostics& diagnostics);
/// The same for hosts, which have neither role nor OS.
std::vector<std::string> select_hosts(const Text& pattern,
                                      const inventory::Inventory& inventory,
                                      Diagnostics& diagnostics);

}  // namespace routeproof::playbooks
