// What a host may decide about addresses while the shared store is away: everything about what it
// has, and, once nobody counts on being answered by it any more, who gets the free addresses of its
// own blocks. Never what is another host's, and never a further block.
#pragma once

#include "agent/ipam/configuration.hpp"
#include "inventory/store/mirrored_store.hpp"

namespace routeproof::ipam {

store::MirrorRules make_mirror_rules(const Configuration& configuration);

}  // namespace routeproof::ipam
