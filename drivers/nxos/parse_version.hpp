// show version -> DeviceFacts.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"

#include <string_view>

namespace routeproof::nxos {

/// From JSON, XML or text.
drivers::Answer<drivers::DeviceFacts> parse_version(std::string_view json);

}  // namespace routeproof::nxos
