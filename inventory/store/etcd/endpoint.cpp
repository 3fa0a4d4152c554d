#include "inventory/store/etcd/endpoint.hpp"

#include <algorithm>
#include <charconv>

namespace routeproof::store::etcd {
namespace {

bool is_host(std::string_view text) {
    constexpr std::string_view kAllowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%";
    return !text.empty() && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) {
        return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    std::uint16_t port = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = stop == text.data() + text.size();
    return error == std::errc() && whole && port != 0 ? std::optional(port) : std::nullopt;
}

}  // namespace

std::string Endpoint::to_string() const {
    const bool v6 = host.find(':') != std::string::npos;
    return std::string(tls ? "https://" : "http://") + (v6 ? "[" + host + "]" : host) + ":" +
           std::to_string(port);
}

std::optional<Endpoint> Endpoint::parse(std::string_view url) {
    Endpoint endpoint;
    if (take(url, "https://")) {
        endpoint.tls = true;
    } else if (!take(url, "http://")) {
        return std::nullopt;
    }
    if (url.ends_with('/')) {
        url.remove_suffix(1);
    }
    const bool bracketed = url.starts_with('[');
    const auto host_end = bracketed ? url.find(']') : std::min(url.find(':'), url.size());
    if (host_end == std::string_view::npos) {
        return std::nullopt;
    }
    endpoint.host = bracketed ? url.substr(1, host_end - 1) : url.substr(0, host_end);
    url.remove_prefix(host_end + (bracketed ? 1 : 0));
    if (!is_host(endpoint.host)) {
        return std::nullopt;
    }
    if (!url.empty()) {
        const auto port = url.front() == ':' ? port_of(url.substr(1)) : std::nullopt;
        if (!port) {
            return std::nullopt;
        }
        endpoint.port = *port;
    }
    return endpoint;
}

}  // namespace routeproof::store::etcd
