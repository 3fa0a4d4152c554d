#include "drivers/change/items.hpp"

#include "drivers/change/indented.hpp"

#include <algorithm>

namespace routeproof::drivers {

std::string config_text(const Change& change) {
    std::string all;
    for (const auto& item : change.items) {
        if (const auto* config = std::get_if<ConfigText>(&item)) {
            all += config->text;
            if (!all.ends_with('\n')) {
                all += '\n';
            }
        }
    }
    return all;
}

std::vector<std::string> secrets_of(const Change& change) {
    constexpr std::string_view kBetween = " \t\";";
    constexpr std::size_t kShortest = 4;  // shorter words of a text are types and marks
    std::vector<std::string> found;
    for (const auto& item : change.items) {
        const auto* peer = std::get_if<BgpPeer>(&item);
        if (peer != nullptr && peer->password && !peer->password->reveal().empty()) {
            found.push_back(peer->password->reveal());
        }
    }
    const std::string text = config_text(change);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        const auto line = std::string_view(text).substr(at, end - at);
        at = end + 1;
        const std::string shown = masked(line);
        if (shown == line) {
            continue;
        }
        auto rest = line.substr(shown.rfind('('));
        while (!rest.empty()) {
            const auto length = std::min(rest.find_first_of(kBetween), rest.size());
            if (length >= kShortest) {
                found.emplace_back(rest.substr(0, length));
            }
            rest.remove_prefix(std::min(length + 1, rest.size()));
        }
    }
    return found;
}

std::string without(std::string text, const std::vector<std::string>& secrets) {
    constexpr std::string_view kInstead = "(not shown)";
    for (const auto& secret : secrets) {
        for (auto at = text.find(secret); at != std::string::npos;
             at = text.find(secret, at + kInstead.size())) {
            text.replace(at, secret.size(), kInstead);
        }
    }
    return text;
}

std::string address_family(net::Family family) {
    return family == net::Family::IPv4 ? "address-family ipv4 unicast"
                                       : "address-family ipv6 unicast";
}

}  // namespace routeproof::drivers
