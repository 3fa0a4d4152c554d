// Octets in JSON, as etcd's gateway wants keys and values (RFC 4648 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace routeproof::store::etcd {

std::string to_base64(std::string_view octets);
/// Nothing if the text is not base64 with its padding.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace routeproof::store::etcd
