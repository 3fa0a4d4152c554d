#include "playbooks/budget.hpp"

#include "inventory/duration.hpp"

namespace routeproof::playbooks {

milliseconds stable_for(const ProveStep& step, bool pending) {
    return step.stable_for.value_or(pending ? milliseconds(kStableFor) : milliseconds(0));
}

milliseconds longest(const Step& step, milliseconds look) {
    if (const auto* prove = std::get_if<ProveStep>(&step)) {
        return prove->wait + stable_for(*prove, true) + 2 * look;
    }
    if (const auto* wait = std::get_if<WaitStep>(&step)) {
        return wait->time;
    }
    if (const auto* pause = std::get_if<PauseStep>(&step)) {
        return pause->within.value_or(milliseconds(0));
    }
    return milliseconds(0);
}

milliseconds needed(std::span<const Task> tasks, milliseconds look) {
    milliseconds sum = kMargin;
    for (const Task& task : tasks) {
        sum += longest(task.step, look);
    }
    return sum;
}

std::string explain(std::span<const Task> tasks, milliseconds look) {
    std::string text;
    for (const Task& task : tasks) {
        if (const auto* prove = std::get_if<ProveStep>(&task.step)) {
            text += "prove " + to_string(prove->wait) + " and " +
                    to_string(stable_for(*prove, true)) + " stable and 2 looks of " +
                    to_string(look) + ", ";
        } else if (longest(task.step, look).count() > 0) {
            text += std::string(verb(task.step)) + ' ' + to_string(longest(task.step, look)) + ", ";
        }
    }
    return text + "margin " + to_string(milliseconds(kMargin));
}

}  // namespace routeproof::playbooks
