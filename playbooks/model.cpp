#include "playbooks/model.hpp"

#include <array>

namespace routeproof::playbooks {
namespace {

// In the order of Step.
constexpr std::array<std::string_view, std::variant_size_v<Step>> kVerbs{"peer",
                                                                         "prefix_list",
                                                                         "policy",
                                                                         "config",
                                                                         "snapshot",
                                                                         "prove",
                                                                         "diff",
                                                                         "wait",
                                                                         "pause",
                                                                         "confirm",
                                                                         "rollback"};
constexpr std::size_t kFirstThatLooks = 4;

constexpr std::array<std::string_view, 1> kOfChanges{"changed"};
constexpr std::array<std::string_view, 3> kOfSnapshots{"ok", "mismatch", "unknown"};
constexpr std::array<std::string_view, 4> kOfProofs{"verdict", "ok", "mismatch", "unknown"};

}  // namespace

bool is_change(const Step& step) {
    return step.index() < kFirstThatLooks;
}

std::string_view verb(const Step& step) {
    return kVerbs.at(step.index());
}

std::span<const std::string_view> results_of(const Step& step) {
    if (is_change(step)) {
        return kOfChanges;
    }
    if (std::holds_alternative<SnapshotStep>(step)) {
        return kOfSnapshots;
    }
    if (std::holds_alternative<ProveStep>(step)) {
        return kOfProofs;
    }
    return {};
}

}  // namespace routeproof::playbooks
