// `| display json` says the same as the XML, element for element: it is put back into XML, and read
// as that.
#pragma once

#include "drivers/failure.hpp"

#include <string>
#include <string_view>

namespace routeproof::junos {

/// Failure (stage Parse) if it is no whole JSON object. A prompt or a banner may follow it.
drivers::Answer<std::string> xml_from_json(std::string_view json);

}  // namespace routeproof::junos
