#include "drivers/change/items.hpp"

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

std::string address_family(net::Family family) {
    return family == net::Family::IPv4 ? "address-family ipv4 unicast"
                                       : "address-family ipv6 unicast";
}

}  // namespace routeproof::drivers
