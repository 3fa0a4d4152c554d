#include "drivers/junos/parse_reply.hpp"

namespace routeproof::junos {

using drivers::Failure;
using drivers::Stage;

std::vector<pugi::xml_node> information(const netconf::Reply& reply, std::string_view name) {
    const auto root = reply.root();
    if (netconf::local_name(root) == name) {
        return {root};  // a reply whose envelope a client took off
    }
    auto found = netconf::children(root, name);
    for (const auto& results : netconf::children(root, "multi-routing-engine-results")) {
        for (const auto& item : netconf::children(results, "multi-routing-engine-item")) {
            const auto inside = netconf::children(item, name);
            found.insert(found.end(), inside.begin(), inside.end());
        }
    }
    return found;
}

Failure no_information(const netconf::Reply& reply, std::string_view name) {
    const auto output = reply.output();
    if (!output.empty()) {
        return {Stage::Rpc, Failure::Kind::NotSupported, "answers: " + std::string(output)};
    }
    return {Stage::Parse, Failure::Kind::Protocol, "answers without <" + std::string(name) + ">"};
}

}  // namespace routeproof::junos
