// A step that changes a router, with its variables filled in, as what drivers understand. Pure.
#pragma once

#include "drivers/change/objects.hpp"
#include "playbooks/model.hpp"

namespace routeproof::playbooks {

/// The item that the step makes of a router with this OS. `before`: the items of the same change
/// that stand before it; a policy looks there what its prefix lists are like. Nothing, and the
/// diagnostics say why, if a value does not fit.
std::optional<drivers::ChangeItem> item_of(const Task& task,
                                           inventory::Os os,
                                           const Variables& variables,
                                           const std::vector<drivers::ChangeItem>& before,
                                           Diagnostics& diagnostics);

/// BFD, where a peer step asks for it: a second item.
std::optional<drivers::ChangeItem> bfd_of(const PeerStep& step,
                                          const drivers::BgpPeer& peer,
                                          const Variables& variables,
                                          Diagnostics& diagnostics);

/// True if nothing would be left of the router's peers: those that the inventory knows, less those
/// that the change takes away or shuts down, and those that it adds. Free text is understood as far
/// as it speaks of single neighbours, or of BGP as a whole.
bool leaves_no_peer(const inventory::Inventory& inventory,
                    const std::string& router,
                    const std::vector<drivers::ChangeItem>& items);

}  // namespace routeproof::playbooks
