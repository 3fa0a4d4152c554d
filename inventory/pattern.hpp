// Patterns with * and ?, as known_hosts and ssh_config know them.
#pragma once

#include <string>
#include <string_view>

namespace routeproof::inventory {

/// Compares as it is: make both lower case where case does not matter.
bool matches_pattern(std::string_view pattern, std::string_view text);

/// A comma list matches if one of its patterns does and no negated one ("!leaf9") does.
bool matches_pattern_list(std::string_view list, std::string_view text);

std::string lower_case(std::string_view text);

}  // namespace routeproof::inventory
