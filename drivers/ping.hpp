// The summary line that every ping prints.
#pragma once

#include "drivers/facts.hpp"

#include <optional>
#include <string_view>

namespace routeproof::drivers {

/// "3 packets transmitted, 2 packets received, ..." (also "2 received"). Nothing if there is none.
std::optional<PingResult> parse_ping(std::string_view text);

}  // namespace routeproof::drivers
