// The little of RFC 3986 that the local API needs.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace routeproof::control {

/// %3A and the like turned into what they stand for (2.1).
std::string percent_decoded(std::string_view text);

/// "a=1&b=2", decoded. A word without "=" has an empty value.
std::map<std::string, std::string> query_of(std::string_view text);

}  // namespace routeproof::control
