#include "inventory/loader.hpp"

#include "inventory/access_reader.hpp"
#include "inventory/pool_yaml.hpp"
#include "inventory/rules.hpp"
#include "inventory/yaml.hpp"

#include <algorithm>

namespace routeproof::inventory {
namespace {

using yaml::AccessReader;
using yaml::File;
using yaml::Map;
using yaml::Need;

constexpr std::uint16_t kSshPort = 22;
constexpr std::uint16_t kNetconfPort = 830;  // RFC 6242

Os to_os(const std::string& word) {
    if (word == "nxos") {
        return Os::Nxos;
    }
    if (word == "frr") {
        return Os::Frr;
    }
    return word == "bird" ? Os::Bird : Os::Junos;
}

Router read_router(File& file,
                   const AccessReader& logins,
                   const std::string& name,
                   const YAML::Node& node) {
    const Map map(file, node, "router " + name, yaml::with_access_keys({"os", "role", "asn"}));
    Router router;
    router.name = name;
    router.os =
        to_os(map.choice("os", Need::Required, {"junos", "nxos", "frr", "bird"}).value_or("junos"));
    router.role = map.choice("role", Need::Optional, {"leaf", "spine"}).value_or("leaf") == "spine"
                      ? Role::Spine
                      : Role::Leaf;
    router.asn = map.asn("asn", Need::Required).value_or(net::Asn());
    router.access = logins.read(map, router.os == Os::Junos ? kNetconfPort : kSshPort);
    router.where = file.at(node);
    return router;
}

std::optional<Peering> read_peering(File& file, const std::string& host, const YAML::Node& node) {
    const Map map(
        file, node, "host " + host + ": peering", {"router", "host_address", "router_address"});
    const auto router = map.text("router", Need::Required);
    const auto host_address = map.address("host_address", Need::Required);
    const auto router_address = map.address("router_address", Need::Required);
    if (!router || !host_address || !router_address) {
        return std::nullopt;
    }
    return Peering{*router, *host_address, *router_address, file.at(node)};
}

Host read_host(File& file,
               const AccessReader& logins,
               const std::string& name,
               const YAML::Node& node) {
    const Map map(file,
                  node,
                  "host " + name,
                  yaml::with_access_keys({"asn", "agent_command", "blocks", "peerings"}));
    Host host;
    host.name = name;
    host.asn = map.asn("asn", Need::Required).value_or(net::Asn());
    host.access = logins.read(map, kSshPort);
    if (const auto command = map.text("agent_command", Need::Optional)) {
        host.agent_command = *command;
    }
    host.blocks = map.prefixes("blocks");
    map.each("peerings", Need::Required, [&](const YAML::Node& element) {
        if (auto peering = read_peering(file, name, element)) {
            host.peerings.push_back(std::move(*peering));
        }
    });
    host.where = file.at(node);
    return host;
}

std::optional<Link> read_link(File& file, const YAML::Node& node) {
    const Map map(file, node, "link", {"a", "a_address", "b", "b_address"});
    const auto a = map.text("a", Need::Required);
    const auto a_address = map.address("a_address", Need::Required);
    const auto b = map.text("b", Need::Required);
    const auto b_address = map.address("b_address", Need::Required);
    if (!a || !a_address || !b || !b_address) {
        return std::nullopt;
    }
    return Link{*a, *a_address, *b, *b_address, file.at(node)};
}

Inventory read_inventory(File& file, const YAML::Node& document) {
    const Map root(file,
                   document,
                   "inventory",
                   {"routeproof",
                    "pools",
                    "defaults",
                    "credentials",
                    "jump_hosts",
                    "routers",
                    "links",
                    "hosts"});
    yaml::check_format(root);
    const AccessReader logins(root);
    Inventory inventory;
    root.each_named("pools", Need::Required, [&](const std::string& name, const YAML::Node& node) {
        if (auto pool = yaml::read_pool(file, "pool " + name, name, node)) {
            inventory.pools.push_back(std::move(*pool));
        }
    });
    root.each_named(
        "routers", Need::Required, [&](const std::string& name, const YAML::Node& node) {
            inventory.routers.push_back(read_router(file, logins, name, node));
        });
    root.each_named("hosts", Need::Required, [&](const std::string& name, const YAML::Node& node) {
        inventory.hosts.push_back(read_host(file, logins, name, node));
    });
    root.each("links", Need::Optional, [&](const YAML::Node& node) {
        if (auto link = read_link(file, node)) {
            inventory.links.push_back(std::move(*link));
        }
    });
    return inventory;
}

}  // namespace

Loaded<Inventory> load(const std::filesystem::path& path) {
    File file(path);
    const YAML::Node document = file.load();
    if (!file.diagnostics().empty()) {
        return file.diagnostics();
    }
    Inventory inventory = read_inventory(file, document);
    // Rules speak of a whole inventory; on a half-read one they would only add noise.
    if (file.diagnostics().empty()) {
        file.diagnostics() = broken_rules(inventory);
    }
    if (!file.diagnostics().empty()) {
        auto& all = file.diagnostics();
        std::stable_sort(all.begin(), all.end(), [](const Diagnostic& a, const Diagnostic& b) {
            return std::pair(a.where.line, a.where.column) <
                   std::pair(b.where.line, b.where.column);
        });
        return all;
    }
    return inventory;
}

}  // namespace routeproof::inventory
