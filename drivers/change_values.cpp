#include "drivers/change.hpp"

#include <random>

namespace routeproof::drivers {

std::string_view to_string(Guarantee guarantee) {
    switch (guarantee) {
        case Guarantee::Router:
            return "the router";
        case Guarantee::TimerOnRouter:
            return "a timer on the router";
        case Guarantee::OnlyUs:
            return "only this program";
    }
    return "?";
}

std::string_view to_string(ChangeState state) {
    switch (state) {
        case ChangeState::Unchanged:
            return "unchanged";
        case ChangeState::Pending:
            return "pending";
        case ChangeState::Confirmed:
            return "confirmed";
        case ChangeState::RolledBack:
            return "rolled back";
        case ChangeState::Ambiguous:
            return "ambiguous";
        case ChangeState::Broken:
            return "broken";
    }
    return "?";
}

std::optional<std::chrono::seconds> Promise::timer(std::chrono::seconds wish) const {
    auto runs = std::max(wish, shortest);
    if (const auto over = runs % step; over.count() != 0) {
        runs += step - over;
    }
    if (runs > longest) {
        return std::nullopt;
    }
    return runs;
}

std::string new_change_id() {
    std::random_device random;
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string id;
    for (int i = 0; i < 12; ++i) {
        id += kDigits[random() % kDigits.size()];
    }
    return id;
}

}  // namespace routeproof::drivers
