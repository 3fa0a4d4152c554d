// "did you mean …": the nearest of the known names.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace routeproof::inventory {

/// The known name with the fewest edits (insert, delete, replace, swap of neighbours), if that is
/// no more than a third of the word, two at least.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> known);

/// "did you mean X?", or "expected one of: A, B, C" if nothing is near.
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

}  // namespace routeproof::inventory
