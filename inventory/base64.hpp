// Octets as text (RFC 4648 4): SSH keys in files, keys and values in etcd's JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace routeproof {

std::string to_base64(std::string_view octets);
/// Nothing if the text is not base64 with its padding.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace routeproof
