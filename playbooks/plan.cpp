#include "playbooks/plan.hpp"

#include "playbooks/batches.hpp"
#include "playbooks/changes.hpp"
#include "playbooks/pattern.hpp"
#include "playbooks/scopes.hpp"

#include <algorithm>
#include <tuple>

namespace routeproof::playbooks {
namespace {

using drivers::ChangeItem;

class Planner {
public:
    Planner(const Playbook& playbook,
            const inventory::Inventory& inventory,
            const PlanRequest& request)
        : playbook_(playbook), inventory_(inventory), request_(request) {}

    inventory::Loaded<Plan> make() {
        for (std::string& sentence : unknown_overrides(playbook_, request_.variables)) {
            wrong_.emplace_back(Location{playbook_.file}, std::move(sentence));
        }
        Variables common;
        common.set("run.id", request_.run_id);
        common.set("run.user", request_.user);
        add_network(inventory_, common);
        add_vars(playbook_.vars, request_.variables, common, wrong_);
        if (wrong_.empty()) {
            for (const Play& play : playbook_.plays) {
                plan_.plays.push_back(plan(play, common));
            }
        }
        if (wrong_.empty()) {
            return std::move(plan_);
        }
        // The same mistake in many routers' variables is one mistake.
        std::stable_sort(wrong_.begin(), wrong_.end(), [](const auto& a, const auto& b) {
            return std::tie(a.where.line, a.where.column) < std::tie(b.where.line, b.where.column);
        });
        wrong_.erase(std::unique(wrong_.begin(), wrong_.end()), wrong_.end());
        return std::move(wrong_);
    }

private:
    PlannedPlay plan(const Play& play, const Variables& common) {
        PlannedPlay planned;
        planned.play = &play;
        planned.variables = common;
        add_vars(play.vars, request_.variables, planned.variables, wrong_);
        planned.windows = windows_of(play, wrong_);
        const auto routers = choose(play, planned);
        planned.batches = batches_of(routers, play.serial);
        // What earlier steps give is known by name from here on.
        Variables growing = planned.variables;
        for (const auto& tasks : {&play.tasks, &play.on_failure}) {
            for (std::size_t i = 0; i < tasks->size(); ++i) {
                const Task& task = (*tasks)[i];
                Window* window = tasks == &play.tasks ? window_at(planned, i) : nullptr;
                if (is_change(task.step) && window != nullptr) {
                    add_items(planned, *window, i, routers, growing);
                } else {
                    check_others(task, growing);
                }
                for (const auto result : results_of(task.step)) {
                    if (!task.result.empty()) {
                        growing.later(task.result + '.' + std::string(result));
                    }
                }
            }
        }
        for (const Window& window : planned.windows) {
            judge(play, window);
        }
        return planned;
    }

    static Window* window_at(PlannedPlay& planned, std::size_t task) {
        for (Window& window : planned.windows) {
            if (window.first <= task && task <= window.decision) {
                return &window;
            }
        }
        return nullptr;
    }

    std::optional<Text> filled(const Text& text, const Variables& variables) {
        auto value = substitute(text, variables, wrong_);
        if (!value) {
            return std::nullopt;
        }
        return Text{std::move(*value), text.where};
    }

    /// The routers of a play, in the inventory's order.
    std::vector<std::string> choose(const Play& play, PlannedPlay& planned) {
        const auto before = wrong_.size();
        std::vector<std::string> chosen;
        if (play.hosts.given()) {
            const auto pattern = filled(play.hosts, planned.variables);
            if (!pattern) {
                return {};
            }
            planned.hosts = select_hosts(*pattern, inventory_, wrong_);
            chosen = routers_of(planned.hosts);
            if (chosen.empty() && wrong_.size() == before) {
                wrong_.emplace_back(play.hosts.where, "no router peers with " + pattern->raw);
            }
        }
        if (play.routers.given()) {
            const auto pattern = filled(play.routers, planned.variables);
            if (!pattern) {
                return {};
            }
            const auto named = select_routers(*pattern, inventory_, wrong_);
            chosen = play.hosts.given() ? both(named, chosen) : named;
            if (chosen.empty() && wrong_.size() == before) {
                wrong_.emplace_back(
                    play.routers.where,
                    "none of the routers \"" + pattern->raw + "\" peers with a host of the play");
            }
        }
        if (!request_.limit.empty() && wrong_.size() == before) {
            const auto limited = select_routers({request_.limit, {"--limit"}}, inventory_, wrong_);
            chosen = both(chosen, limited);
            if (chosen.empty() && wrong_.size() == before) {
                wrong_.emplace_back(Location{"--limit"},
                                    "\"" + request_.limit + "\" leaves no router of the play \"" +
                                        play.name + "\"");
            }
        }
        for (const std::string& name : chosen) {
            if (inventory_.router(name)->access.address.empty()) {
                wrong_.emplace_back(play.where,
                                    "play \"" + play.name + "\": the inventory gives " + name +
                                        " no address to log in to");
            }
        }
        return chosen;
    }

    static std::vector<std::string> both(const std::vector<std::string>& a,
                                         const std::vector<std::string>& b) {
        std::vector<std::string> result;
        std::copy_if(a.begin(), a.end(), std::back_inserter(result), [&](const auto& name) {
            return std::find(b.begin(), b.end(), name) != b.end();
        });
        return result;
    }

    std::vector<std::string> routers_of(const std::vector<std::string>& hosts) const {
        std::vector<std::string> routers;
        for (const auto& router : inventory_.routers) {
            const bool any = std::any_of(hosts.begin(), hosts.end(), [&](const auto& name) {
                const auto& peerings = inventory_.host(name)->peerings;
                return std::any_of(peerings.begin(), peerings.end(), [&](const auto& peering) {
                    return peering.router == router.name;
                });
            });
            if (any) {
                routers.push_back(router.name);
            }
        }
        return routers;
    }

    void add_items(const PlannedPlay& planned,
                   Window& window,
                   std::size_t index,
                   const std::vector<std::string>& routers,
                   const Variables& common) {
        const Task& task = planned.play->tasks[index];
        for (const std::string& name : routers) {
            const inventory::Router& router = *inventory_.router(name);
            for (Variables& scope : scopes_on(inventory_, router, planned.hosts, common)) {
                const auto wanted = holds(task.when, scope, wrong_);
                if (wanted != Holds::No) {
                    add_item(task, index, router, scope, wanted == Holds::Later, window);
                }
            }
        }
    }

    void add_item(const Task& task,
                  std::size_t index,
                  const inventory::Router& router,
                  const Variables& scope,
                  bool maybe,
                  Window& window) {
        auto& planned = window.items[router.name];
        const auto before = items_of(planned);
        const auto add = [&](ChangeItem item) {
            // Two peerings of a play over hosts may want the same list.
            if (std::find(before.begin(), before.end(), item) == before.end()) {
                planned.push_back({index, std::move(item), maybe, scope});
            }
        };
        auto item = item_of(task, router.os, scope, before, wrong_);
        if (!item) {
            return;
        }
        if (const auto* peer = std::get_if<PeerStep>(&task.step)) {
            auto bfd = bfd_of(*peer, std::get<drivers::BgpPeer>(*item), scope, wrong_);
            add(std::move(*item));
            if (bfd) {
                add(std::move(*bfd));
            }
        } else {
            add(std::move(*item));
        }
    }

    static std::vector<ChangeItem> items_of(const std::vector<PlannedItem>& planned) {
        std::vector<ChangeItem> items;
        for (const PlannedItem& each : planned) {
            items.push_back(each.item);
        }
        return items;
    }

    /// Patterns, prompts and conditions of steps that change nothing.
    void check_others(const Task& task, const Variables& variables) {
        (void)holds(task.when, variables, wrong_);
        if (const auto* prove = std::get_if<ProveStep>(&task.step)) {
            for (const Text* pattern : {&prove->hosts, &prove->gone}) {
                const auto text = filled(*pattern, variables);
                if (text && text->given()) {
                    (void)select_hosts(*text, inventory_, wrong_);
                }
            }
        } else if (const auto* pause = std::get_if<PauseStep>(&task.step)) {
            Variables all = variables;
            for (const auto name : variables.names()) {
                all.set(std::string(name), "");
            }
            (void)substitute(pause->prompt, all, wrong_);
        }
    }

    void judge(const Play& play, const Window& window) {
        for (const auto& [name, planned] : window.items) {
            const inventory::Router& router = *inventory_.router(name);
            drivers::Change change;
            change.router_as = router.asn;
            change.items = items_of(planned);
            if (change.items.empty()) {
                continue;
            }
            const Location& where = play.tasks[window.first].where;
            for (const std::string& fault : drivers::faults(change, router.os)) {
                wrong_.emplace_back(where,
                                    "the change for " + name + " (" +
                                        std::string(to_string(router.os)) +
                                        ") cannot be made: " + fault);
            }
            if (leaves_no_peer(inventory_, name, change.items)) {
                wrong_.emplace_back(where,
                                    "the change would leave " + name + " without any BGP peer",
                                    "nothing behind it would be reachable, and nothing could be "
                                    "proven");
            }
        }
    }

    const Playbook& playbook_;
    const inventory::Inventory& inventory_;
    const PlanRequest& request_;
    Plan plan_;
    Diagnostics wrong_;
};

}  // namespace

const Window* PlannedPlay::window_of(std::size_t task) const {
    for (const Window& window : windows) {
        if (window.first <= task && task <= window.decision) {
            return &window;
        }
    }
    return nullptr;
}

inventory::Loaded<Plan> make_plan(const Playbook& playbook,
                                  const inventory::Inventory& inventory,
                                  const PlanRequest& request) {
    return Planner(playbook, inventory, request).make();
}

}  // namespace routeproof::playbooks
