// A playbook and an inventory become a plan: which routers, in which batches, and what is changed
// on each. Pure; whatever can be known to go wrong is refused here, before anything is touched.
#pragma once

#include "drivers/change/objects.hpp"
#include "playbooks/model.hpp"

namespace routeproof::playbooks {

/// What one task makes of one router: an item for each peering of a play over hosts.
struct PlannedItem {
    std::size_t task = 0;  // index into Play::tasks
    drivers::ChangeItem item;
    bool maybe = false;  // its `when` depends on the result of a step
    Variables scope{};   // to decide then
};

/// The steps from the first that changes something to the one that decides about it.
struct Window {
    std::size_t first = 0;     // the first step that changes
    std::size_t in_force = 0;  // the first step with the change in force
    std::size_t decision = 0;  // confirm or rollback
    /// By router; one that is not in it is not changed.
    std::map<std::string, std::vector<PlannedItem>> items;
};

struct PlannedPlay {
    const Play* play = nullptr;      // of the playbook, which must outlive the plan
    std::vector<std::string> hosts;  // of a play over hosts
    std::vector<std::vector<std::string>> batches;
    std::vector<Window> windows;
    Variables variables;  // common to all routers

    bool changes() const { return !windows.empty(); }
    /// The window that the task is in, if any.
    const Window* window_of(std::size_t task) const;
};

struct PlanRequest {
    std::map<std::string, std::string> variables;  // -e
    std::string limit;                             // --limit: a pattern; empty: no limit
    std::string run_id, user;
};

struct Plan {
    std::vector<PlannedPlay> plays;
};

/// Everything that is wrong, in the order of the file.
inventory::Loaded<Plan> make_plan(const Playbook& playbook,
                                  const inventory::Inventory& inventory,
                                  const PlanRequest& request);

/// The order of a play's steps alone: a change that nothing proves or confirms, and the like.
std::vector<Window> windows_of(const Play& play, Diagnostics& diagnostics);

}  // namespace routeproof::playbooks
