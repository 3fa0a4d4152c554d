#include "drivers/junos/parse_system.hpp"

#include "drivers/junos/parse_reply.hpp"

namespace routeproof::junos {

using netconf::text;

drivers::Answer<drivers::DeviceFacts> parse_system(const netconf::Reply& reply) {
    const auto system = information(reply, "system-information");
    if (!system.empty()) {
        const auto& node = system.front();
        return drivers::DeviceFacts{std::string(text(node, "host-name")),
                                    std::string(text(node, "os-name")),
                                    std::string(text(node, "os-version")),
                                    std::string(text(node, "hardware-model"))};
    }
    const auto software = information(reply, "software-information");
    if (software.empty()) {
        return no_information(reply, "system-information");
    }
    const auto& node = software.front();
    const auto os = text(node, "os-name");
    return drivers::DeviceFacts{std::string(text(node, "host-name")),
                                std::string(os.empty() ? "junos" : os),
                                std::string(text(node, "junos-version")),
                                std::string(text(node, "product-model"))};
}

}  // namespace routeproof::junos
