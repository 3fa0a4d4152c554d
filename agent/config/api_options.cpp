#include "agent/config/api_options.hpp"

#include <charconv>

namespace routeproof::config {
namespace {

using inventory::yaml::Map;
using inventory::yaml::Need;

// "127.0.0.1:9342" or "[::1]:9342".
std::optional<TcpPlace> parse_place(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    const auto digits = text.substr(colon + 1);
    TcpPlace place;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), place.port);
    const auto address = net::Address::parse(host);
    if (!address || error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    place.address = *address;
    return place;
}

}  // namespace

ApiOptions read_api_options(const Map& root) {
    ApiOptions options;
    if (const auto text = root.text("metrics", Need::Optional)) {
        options.metrics = parse_place(*text);
        if (!options.metrics) {
            root.file().fail(root.get("metrics", Need::Optional),
                             root.name() + ": metrics: \"" + *text + "\" is no address and port",
                             "write one such as 127.0.0.1:9342");
        }
    }
    options.group = root.text("api_group", Need::Optional).value_or("");
    if (const auto megabytes = root.number("api_body_limit", Need::Optional, 1, 4096)) {
        options.body_limit = static_cast<std::size_t>(*megabytes) << 20;
    }
    return options;
}

}  // namespace routeproof::config
