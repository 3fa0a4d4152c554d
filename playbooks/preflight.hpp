// What must be known and held before the first router is touched: locks, and what each router
// promises.
#pragma once

#include "playbooks/locks.hpp"
#include "playbooks/runner.hpp"

namespace routeproof::playbooks {

drivers::Target target_of(const inventory::Router& router);

/// Every router that some play changes, once, in the inventory's order.
std::vector<const inventory::Router*> routers_to_change(const Plan& plan,
                                                        const inventory::Inventory& inventory);

/// A router that will be changed.
struct Ready {
    std::shared_ptr<drivers::Changer> changer;
    drivers::Promise promise;
};

using ReadyRouters = std::map<std::string, Ready>;

std::optional<Refusal> take_locks(Locks& locks,
                                  const std::vector<const inventory::Router*>& routers,
                                  const std::filesystem::path& state,
                                  const std::string& owner);

/// Asks each router for its promise, and holds it against the plays: a timer that it cannot run,
/// or nobody but us to take a change back, is refused.
std::optional<Refusal> ask_promises(Loop& loop,
                                    const Reach& reach,
                                    const Plan& plan,
                                    const std::vector<const inventory::Router*>& routers,
                                    const RunOptions& options,
                                    ReadyRouters& ready);

}  // namespace routeproof::playbooks
