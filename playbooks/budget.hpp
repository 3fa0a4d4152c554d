// Timer math: whether everything that stands between a commit and its confirmation fits into the
// confirm timer. Checked before anything is sent, and again with measured times before the commit.
#pragma once

#include "playbooks/model.hpp"

namespace routeproof::playbooks {

/// Kept for the confirmation itself, or for taking the change back: new logins on every router.
inline constexpr std::chrono::seconds kMargin{10};
/// What one look at the network is taken to last until one was measured.
inline constexpr std::chrono::seconds kLookGuess{5};
inline constexpr std::chrono::seconds kStableFor{10};

milliseconds stable_for(const ProveStep& step, bool pending);

/// The longest that the step can last while a change is pending. A proof lasts until it must be
/// proven, as long as it must stay so, and one look at each end.
milliseconds longest(const Step& step, milliseconds look);

/// Of these tasks together, with kMargin.
milliseconds needed(std::span<const Task> tasks, milliseconds look);

/// "prove 1m + 10s + 2 looks of 5s, ..., margin 10s": what needed() adds up, for messages.
std::string explain(std::span<const Task> tasks, milliseconds look);

}  // namespace routeproof::playbooks
