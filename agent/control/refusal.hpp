// How the local API says no: {"error": "a sentence"}.
#pragma once

#include "agent/http/server.hpp"

#include <string>
#include <string_view>

namespace routeproof::control {

std::string error_body(std::string_view sentence);
http::Reply refuse(unsigned status, std::string_view sentence);

}  // namespace routeproof::control
