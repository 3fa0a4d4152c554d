#include "agent/app/config.hpp"

#include "agent/app/store_reader.hpp"
#include "agent/config/peer_reader.hpp"
#include "inventory/pool_yaml.hpp"
#include "inventory/rules.hpp"
#include "inventory/yaml.hpp"

#include <algorithm>
#include <set>

namespace routeproof::agent {
namespace {

using inventory::Diagnostics;
using inventory::yaml::File;
using inventory::yaml::Map;
using inventory::yaml::Need;

constexpr const char* kPlainName = "use letters, digits and ._-, a letter or digit first";

void read_pools(const Map& root, Config& config) {
    root.each("pools", Need::Required, [&](const YAML::Node& node) {
        const YAML::Node cidr = node.IsMap() ? node["cidr"] : YAML::Node();
        const std::string name = cidr.IsScalar() ? cidr.Scalar() : "";
        auto pool = inventory::yaml::read_pool(root.file(), "pool", name, node);
        if (!pool) {
            return;
        }
        if (pool->cidr.family() == net::Family::IPv6) {
            root.file().fail(node, "pool " + name + ": IPv6 pools are not served yet");
            return;
        }
        config.pools.push_back(std::move(*pool));
    });
}

void read_peers(const Map& root, Config& config) {
    // The agent restarts without losing a packet: links and routes stay in the kernel.
    bgp::GracefulRestartConfig restart;
    restart.enabled = true;
    config.defaults = {
        config.asn, config::read_graceful_restart(root, restart), config::read_policies(root)};
    std::set<net::Address> seen;
    root.each("peers", Need::Required, [&](const YAML::Node& node) {
        auto peer = config::read_peer(root.file(), node, config.defaults);
        if (!peer) {
            return;
        }
        if (!seen.insert(peer->address).second) {
            root.file().fail(node, "peer " + peer->address.to_string() + " is listed twice");
        }
        if (const auto why = unserved(*peer)) {
            root.file().fail(node, *why);
        }
        config.peers.push_back(std::move(*peer));
    });
}

// The router ID must be stable and needs no interface (RFC 6286); the first IPv4 source address of
// a session is what an operator expects to see.
std::optional<net::RouterId> default_router_id(const Config& config) {
    for (const auto& peer : config.peers) {
        if (peer.local_address.is_v4()) {
            return net::RouterId(peer.local_address.to_v4());
        }
    }
    return std::nullopt;
}

Config read_config(File& file, const YAML::Node& document) {
    const Map root(file,
                   document,
                   "agent configuration",
                   {"routeproof",
                    "host",
                    "asn",
                    "router_id",
                    "pools",
                    "blocks",
                    "peers",
                    "policies",
                    "graceful_restart",
                    "import",
                    "aliases",
                    "docker_socket",
                    "metrics",
                    "api_group",
                    "api_body_limit",
                    "store"});
    inventory::yaml::check_format(root);
    Config config;
    config.host = root.text("host", Need::Required).value_or("");
    if (!config.host.empty() && !is_plain_name(config.host)) {
        file.fail(root.get("host", Need::Optional),
                  "agent configuration: host is no name of a host",
                  kPlainName);
    }
    config.asn = root.asn("asn", Need::Required).value_or(net::Asn());
    read_pools(root, config);
    config.blocks = root.prefixes("blocks");
    read_peers(root, config);
    config.import = root.prefixes("import");
    for (const net::Prefix& prefix : config.import) {
        if (prefix.family() == net::Family::IPv6) {
            file.fail(root.get("import", Need::Optional),
                      "import: " + prefix.to_string() + ": IPv6 routes are not served yet");
        }
    }
    if (!root.has("import")) {
        for (const auto& pool : config.pools) {
            config.import.push_back(pool.cidr);
        }
    }
    config.aliases = root.texts("aliases");
    if (!std::all_of(config.aliases.begin(), config.aliases.end(), is_plain_name)) {
        file.fail(root.get("aliases", Need::Optional),
                  "agent configuration: aliases: one of them is no name of a driver",
                  kPlainName);
    }
    config.api = config::read_api_options(root);
    config.store = read_store(root);
    if (const auto socket = root.text("docker_socket", Need::Optional)) {
        config.docker_socket = *socket;
    }
    if (const auto router_id = root.router_id("router_id", Need::Optional)) {
        config.router_id = *router_id;
    } else if (const auto derived = default_router_id(config)) {
        config.router_id = *derived;
    } else if (!root.has("router_id") && file.diagnostics().empty()) {
        file.fail(
            document,
            "agent configuration: no peer has an IPv4 local_address to take the router ID from",
            "set router_id");
    }
    const auto add = [&file](const Diagnostics& more) {
        file.diagnostics().insert(file.diagnostics().end(), more.begin(), more.end());
    };
    add(inventory::broken_pool_rules(config.pools));
    add(inventory::broken_block_rules(config.blocks, config.pools, config.host, root.at("blocks")));
    return config;
}

}  // namespace

bool is_plain_name(std::string_view text) {
    const auto alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !text.empty() && alphanumeric(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return alphanumeric(c) || c == '.' || c == '_' || c == '-';
           });
}

// What the data path cannot do yet must not be half done.
std::optional<std::string> unserved(const bgp::PeerConfig& peer) {
    if (!peer.address.is_v4()) {
        return "peer " + peer.name + ": IPv6 peerings are not served yet";
    }
    for (const auto family : peer.families) {
        if (family != bgp::kIpv4Unicast) {
            return "peer " + peer.name + ": " + to_string(family) + " is not served yet";
        }
    }
    return std::nullopt;
}

inventory::Loaded<Config> load_config(const std::filesystem::path& path) {
    File file(path);
    const YAML::Node document = file.load();
    if (!file.diagnostics().empty()) {
        return file.diagnostics();
    }
    Config config = read_config(file, document);
    if (!file.diagnostics().empty()) {
        return file.diagnostics();
    }
    return config;
}

}  // namespace routeproof::agent
