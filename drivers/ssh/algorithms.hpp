// Which algorithms we offer, in which order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace routeproof::ssh {

extern const char* const kKeyExchanges;
extern const char* const kHmacs;

/// Ours, or as ssh_config(5) wishes it under Ciphers: a list instead of ours, or with + (behind),
/// - (without, patterns) or ^ (before) in front of it.
std::string cipher_list(std::string_view wish);

/// The signature algorithms that prove a key of one of these known_hosts types; all of ours if
/// there are none.
std::string host_key_algorithms(const std::vector<std::string>& key_types);

}  // namespace routeproof::ssh
