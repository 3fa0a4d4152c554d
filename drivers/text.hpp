// Small helpers on what routers print.
#pragma once

#include <string_view>

namespace routeproof::drivers {

/// Without blanks, tabs and line ends on both sides.
std::string_view trim(std::string_view text);

}  // namespace routeproof::drivers
