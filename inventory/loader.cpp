#include "inventory/loader.hpp"

#include "inventory/pool_yaml.hpp"
#include "inventory/rules.hpp"
#include "inventory/suggest.hpp"
#include "inventory/yaml.hpp"

#include <algorithm>
#include <map>

namespace routeproof::inventory {
namespace {

using yaml::File;
using yaml::Map;
using yaml::Need;

// What `defaults` and `credentials` give to every router and host.
struct Common {
    std::map<std::string, Credentials> credentials;
    std::optional<std::string> default_credentials;
    std::filesystem::path known_hosts;
};

constexpr std::uint16_t kSshPort = 22;
constexpr std::uint16_t kNetconfPort = 830;  // RFC 6242

Credentials read_credentials(File& file, const std::string& name, const YAML::Node& node) {
    Credentials credentials;
    credentials.name = name;
    credentials.where = file.at(node);
    if (node.IsMap() && node["password"].IsDefined()) {
        file.fail(node["password"],
                  "credentials " + name + ": a password does not belong into an inventory",
                  "use key_file, or leave it out to ask the SSH agent");
        return credentials;
    }
    const Map map(file, node, "credentials " + name, {"user", "key_file"});
    credentials.user = map.text("user", Need::Required).value_or("");
    if (const auto key_file = map.text("key_file", Need::Optional)) {
        credentials.key_file = file.resolve(*key_file);
    }
    return credentials;
}

Common read_common(const Map& root) {
    Common common;
    root.each_named(
        "credentials", Need::Optional, [&](const std::string& name, const YAML::Node& node) {
            common.credentials[name] = read_credentials(root.file(), name, node);
        });
    common.known_hosts = root.file().resolve("~/.ssh/known_hosts");
    const YAML::Node node = root.get("defaults", Need::Optional);
    if (node.IsDefined()) {
        const Map defaults(root.file(), node, "defaults", {"credentials", "known_hosts"});
        common.default_credentials = defaults.text("credentials", Need::Optional);
        if (const auto known_hosts = defaults.text("known_hosts", Need::Optional)) {
            common.known_hosts = root.file().resolve(*known_hosts);
        }
    }
    return common;
}

// The management side of a router or host; without an address there is none.
Access read_access(const Map& map, const Common& common, std::uint16_t default_port) {
    Access access;
    access.address = map.text("address", Need::Optional).value_or("");
    // 192.0.2.300 would be asked of the resolver as a name, and the mistake be found much later.
    if (!access.address.empty() && !net::Address::parse(access.address) &&
        access.address.find_first_not_of("0123456789.") == std::string::npos) {
        map.file().fail(map.get("address", Need::Optional),
                        map.name() + ": address: \"" + access.address + "\" is no IPv4 address",
                        "write an address such as 192.0.2.11, or a host name");
    }
    access.port = static_cast<std::uint16_t>(
        map.number("port", Need::Optional, 1, 65535).value_or(default_port));
    access.known_hosts = common.known_hosts;
    auto name = map.text("credentials", Need::Optional);
    if (!name) {
        name = common.default_credentials;
    }
    if (access.address.empty()) {
        return access;
    }
    if (!name) {
        map.file().diagnostics().emplace_back(
            map.at("address"),
            map.name() + ": no credentials to log in with",
            "name some under \"credentials\", here or under \"defaults\"");
        return access;
    }
    const auto found = common.credentials.find(*name);
    if (found == common.credentials.end()) {
        std::vector<std::string_view> known;
        for (const auto& [key, unused] : common.credentials) {
            known.push_back(key);
        }
        map.file().diagnostics().emplace_back(
            map.at("credentials"),
            map.name() + ": no credentials are called \"" + *name + "\"",
            suggestion(*name, known));
        return access;
    }
    access.credentials = found->second;
    return access;
}

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
                   const Common& common,
                   const std::string& name,
                   const YAML::Node& node) {
    const Map map(
        file, node, "router " + name, {"os", "role", "address", "port", "asn", "credentials"});
    Router router;
    router.name = name;
    router.os =
        to_os(map.choice("os", Need::Required, {"junos", "nxos", "frr", "bird"}).value_or("junos"));
    router.role = map.choice("role", Need::Optional, {"leaf", "spine"}).value_or("leaf") == "spine"
                      ? Role::Spine
                      : Role::Leaf;
    router.asn = map.asn("asn", Need::Required).value_or(net::Asn());
    router.access = read_access(map, common, router.os == Os::Junos ? kNetconfPort : kSshPort);
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

Host read_host(File& file, const Common& common, const std::string& name, const YAML::Node& node) {
    const Map map(file,
                  node,
                  "host " + name,
                  {"asn", "address", "port", "credentials", "agent_command", "blocks", "peerings"});
    Host host;
    host.name = name;
    host.asn = map.asn("asn", Need::Required).value_or(net::Asn());
    host.access = read_access(map, common, kSshPort);
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
                   {"routeproof", "pools", "defaults", "credentials", "routers", "links", "hosts"});
    yaml::check_format(root);
    const Common common = read_common(root);
    Inventory inventory;
    root.each_named("pools", Need::Required, [&](const std::string& name, const YAML::Node& node) {
        if (auto pool = yaml::read_pool(file, "pool " + name, name, node)) {
            inventory.pools.push_back(std::move(*pool));
        }
    });
    root.each_named(
        "routers", Need::Required, [&](const std::string& name, const YAML::Node& node) {
            inventory.routers.push_back(read_router(file, common, name, node));
        });
    root.each_named("hosts", Need::Required, [&](const std::string& name, const YAML::Node& node) {
        inventory.hosts.push_back(read_host(file, common, name, node));
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
