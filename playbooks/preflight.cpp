#include "playbooks/preflight.hpp"

#include "inventory/duration.hpp"

#include <sysexits.h>

#include <algorithm>

namespace routeproof::playbooks {

using routeproof::to_string;  // durations, beside verdicts

namespace {

namespace asio = boost::asio;
using Promised = std::optional<drivers::Answer<drivers::Promise>>;

asio::awaitable<void> ask(std::shared_ptr<drivers::Changer> changer,
                          std::shared_ptr<Promised> into) {
    auto question = changer->promise();
    auto answer = co_await std::move(question);
    into->emplace(std::move(answer));
}

std::optional<Refusal> fits(const PlannedPlay& play,
                            const std::string& router,
                            const drivers::Promise& promise) {
    const bool changed = std::any_of(play.windows.begin(), play.windows.end(), [&](const auto& w) {
        return w.items.contains(router);
    });
    if (!changed) {
        return std::nullopt;
    }
    const auto wish = *play.play->confirm_within;
    if (!promise.timer(wish)) {
        return Refusal{EX_DATAERR,
                       play.play->where.file + ":" + std::to_string(play.play->where.line) +
                           ": play \"" + play.play->name + "\": confirm_within " +
                           to_string(milliseconds(wish)) + " is more than " + router +
                           " can wait; " + to_string(milliseconds(promise.longest)) +
                           " is the most"};
    }
    return std::nullopt;
}

}  // namespace

drivers::Target target_of(const inventory::Router& router) {
    drivers::Target target;
    target.name = router.name;
    target.os = router.os;
    target.access = router.access;
    return target;
}

std::vector<const inventory::Router*> routers_to_change(const Plan& plan,
                                                        const inventory::Inventory& inventory) {
    std::vector<const inventory::Router*> routers;
    for (const auto& router : inventory.routers) {
        const auto changes = [&](const PlannedPlay& play) {
            return std::any_of(play.windows.begin(), play.windows.end(), [&](const Window& window) {
                return window.items.contains(router.name);
            });
        };
        if (std::any_of(plan.plays.begin(), plan.plays.end(), changes)) {
            routers.push_back(&router);
        }
    }
    return routers;
}

std::optional<Refusal> take_locks(Locks& locks,
                                  const std::vector<const inventory::Router*>& routers,
                                  const std::filesystem::path& state,
                                  const std::string& owner) {
    for (const inventory::Router* router : routers) {
        if (const auto refused = locks.take(state, *router, owner)) {
            return Refusal{refused->taken ? EX_TEMPFAIL : EX_IOERR, refused->sentence};
        }
    }
    return std::nullopt;
}

std::optional<Refusal> ask_promises(Loop& loop,
                                    const Reach& reach,
                                    const Plan& plan,
                                    const std::vector<const inventory::Router*>& routers,
                                    const RunOptions& options,
                                    ReadyRouters& ready) {
    std::vector<asio::awaitable<void>> work;
    std::map<std::string, std::shared_ptr<Promised>> answers;
    for (const inventory::Router* router : routers) {
        std::shared_ptr<drivers::Changer> changer =
            reach.changer(loop.executor(), target_of(*router));
        const auto into = std::make_shared<Promised>();
        work.push_back(ask(changer, into));
        answers[router->name] = into;
        ready[router->name].changer = std::move(changer);
    }
    if (!loop.run(std::move(work), 1)) {
        return Refusal{128 + loop.signal(), "interrupted; nothing was touched"};
    }
    for (const auto& [name, answer] : answers) {
        if (!**answer) {
            return Refusal{code_of((*answer)->error()),
                           name + " cannot be changed: " + (*answer)->error().what};
        }
        const drivers::Promise& promise = ***answer;
        ready[name].promise = promise;
        if (promise.weaker() && !options.accept_weaker) {
            return Refusal{EX_DATAERR,
                           name + " does not take a change back by itself: " + promise.sentence +
                               "; give --accept-weaker if that will do"};
        }
        for (const PlannedPlay& play : plan.plays) {
            if (auto refused = fits(play, name, promise)) {
                return refused;
            }
        }
    }
    return std::nullopt;
}

}  // namespace routeproof::playbooks
