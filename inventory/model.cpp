#include "inventory/model.hpp"

#include <algorithm>
#include <iterator>

namespace routeproof::inventory {
namespace {

template <class Range>
auto named(const Range& range, std::string_view name) -> decltype(range.data()) {
    const auto found = std::find_if(
        range.begin(), range.end(), [name](const auto& item) { return item.name == name; });
    return found == range.end() ? nullptr : &*found;
}

}  // namespace

const Router* Inventory::router(std::string_view name) const {
    return named(routers, name);
}

const Host* Inventory::host(std::string_view name) const {
    return named(hosts, name);
}

const Pool* Inventory::pool_of(const net::Prefix& prefix) const {
    const auto found = std::find_if(pools.begin(), pools.end(), [&prefix](const Pool& pool) {
        return pool.cidr.contains(prefix);
    });
    return found == pools.end() ? nullptr : &*found;
}

std::string_view to_string(Os os) {
    switch (os) {
        case Os::Junos:
            return "junos";
        case Os::Nxos:
            return "nxos";
        case Os::Frr:
            return "frr";
        case Os::Bird:
            return "bird";
    }
    return "?";
}

std::optional<HostKeyPin> parse_host_key(std::string_view text) {
    constexpr std::string_view kTypes[] = {"ssh-ed25519",
                                           "ecdsa-sha2-nistp256",
                                           "ecdsa-sha2-nistp384",
                                           "ecdsa-sha2-nistp521",
                                           "ssh-rsa"};
    constexpr std::string_view kBase64 =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    constexpr std::string_view kHash = "SHA256:";
    constexpr std::size_t kHashSize = 43;  // base64 of 256 bits, without its padding
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos) {
        return std::nullopt;
    }
    const auto type = text.substr(0, blank);
    auto key = text.substr(blank + 1);
    key = key.substr(0, key.find(' '));
    const bool hash = key.starts_with(kHash);
    const auto digits = hash ? key.substr(kHash.size()) : key;
    if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes) ||
        digits.find_first_not_of(kBase64) != std::string_view::npos ||
        (hash ? digits.size() != kHashSize : !key.starts_with("AAAA") || key.size() % 4 != 0)) {
        return std::nullopt;
    }
    return HostKeyPin{std::string(type), std::string(key), {}};
}

std::string_view to_string(Role role) {
    return role == Role::Leaf ? "leaf" : "spine";
}

}  // namespace routeproof::inventory
