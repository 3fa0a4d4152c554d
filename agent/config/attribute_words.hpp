// The attributes of an announcement by their names, the same in every file and request.
#pragma once

#include "agent/peering/speaker.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace routeproof::config {

/// Sets `med`, or adds a `community` or `large` one. Gives what is wrong, or nothing.
std::optional<std::string> set_attribute(bgp::AnnounceAttributes& attributes,
                                         std::string_view key,
                                         std::string_view value);

}  // namespace routeproof::config
