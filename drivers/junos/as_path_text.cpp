#include "drivers/junos/as_path_text.hpp"

#include "drivers/netconf/xml.hpp"

#include <algorithm>
#include <string>

namespace routeproof::junos {
namespace {

std::optional<drivers::Origin> origin_of(std::string_view token) {
    if (token == "I") {
        return drivers::Origin::Igp;
    }
    if (token == "E") {
        return drivers::Origin::Egp;
    }
    if (token == "?") {
        return drivers::Origin::Incomplete;
    }
    return std::nullopt;
}

/// The local AS in brackets is ours, not part of what was received.
std::string without_brackets(std::string_view text) {
    std::string out;
    bool inside = false;
    for (const char c : text) {
        if (c == '[') {
            inside = true;
        } else if (c == ']') {
            inside = false;
            out += ' ';
        } else if (!inside) {
            out += c;
        }
    }
    return out;
}

}  // namespace

std::optional<AsPathText> parse_as_path_text(std::string_view text) {
    text = netconf::trim(text);
    text = netconf::trim(text.substr(0, text.find('\n')));
    constexpr std::string_view kLabel = "AS path:";
    if (text.starts_with(kLabel)) {
        text = netconf::trim(text.substr(kLabel.size()));
    }
    const std::string line = without_brackets(text);
    const std::string_view whole = line;
    for (std::size_t at = 0; at < whole.size();) {
        const auto end = std::min(whole.find(' ', at), whole.size());
        if (const auto origin = origin_of(whole.substr(at, end - at))) {
            const auto path = net::AsPath::parse(whole.substr(0, at));
            if (!path) {
                return std::nullopt;
            }
            return AsPathText{*path, *origin};
        }
        at = end + 1;
    }
    return std::nullopt;
}

}  // namespace routeproof::junos
