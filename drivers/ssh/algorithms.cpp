#include "drivers/ssh/algorithms.hpp"

#include "inventory/pattern.hpp"

#include <algorithm>

namespace routeproof::ssh {
namespace {

// chacha20 first: older packages of libssh let altered AES-GCM data pass (CVE-2026-59847). No CBC.
constexpr std::string_view kCiphers =
    "chacha20-poly1305@openssh.com,aes256-ctr,aes128-ctr,aes256-gcm@openssh.com,"
    "aes128-gcm@openssh.com";

std::string without(std::string_view list, std::string_view patterns) {
    std::string left;
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        const auto name = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        if (!inventory::matches_pattern_list(patterns, name)) {
            left += (left.empty() ? "" : ",") + std::string(name);
        }
    }
    return left;
}

/// The signature algorithms that prove a key of this known_hosts type; empty if libssh has none.
std::string algorithms(const std::string& key_type) {
    if (key_type == "ssh-rsa") {
        return "rsa-sha2-512,rsa-sha2-256";
    }
    if (key_type == "ssh-ed25519" || key_type.starts_with("ecdsa-sha2-nistp")) {
        return key_type;
    }
    return {};
}

}  // namespace

// libssh prefers the 8192 and 4096 bit groups, which cost 25 ms each; routers without curves are
// served by the smaller ones first.
const char* const kKeyExchanges =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
    "ecdh-sha2-nistp521,diffie-hellman-group14-sha256,diffie-hellman-group-exchange-sha256,"
    "diffie-hellman-group16-sha512,diffie-hellman-group18-sha512";
const char* const kHmacs =
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";

std::string cipher_list(std::string_view wish) {
    const std::string ours(kCiphers);
    if (wish.empty()) {
        return ours;
    }
    const std::string list(wish.substr(1));
    switch (wish.front()) {
        case '+':
            return ours + ',' + list;
        case '-':
            return without(ours, list);
        case '^':
            return list + ',' + without(ours, list);
        default:
            return std::string(wish);
    }
}

std::string host_key_algorithms(const std::vector<std::string>& key_types) {
    std::string list;
    for (const auto& type : key_types) {
        const auto names = algorithms(type);
        list += (list.empty() || names.empty() ? "" : ",") + names;
    }
    if (list.empty()) {
        list =
            "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"
            "rsa-sha2-512,rsa-sha2-256";
    }
    return list;
}

}  // namespace routeproof::ssh
