#include "agent/app/config.hpp"

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

std::optional<Peer> read_peer(File& file, const YAML::Node& node) {
    const Map map(file, node, "peer", {"name", "address", "asn", "local_address", "hold_time"});
    const auto address = map.address("address", Need::Required);
    const auto asn = map.asn("asn", Need::Required);
    const auto local_address = map.address("local_address", Need::Required);
    // RFC 4271 4.2: zero (no keepalives) or at least three seconds.
    const auto hold_time = map.number("hold_time", Need::Optional, 0, 65535);
    if (hold_time == 1 || hold_time == 2) {
        file.fail(map.get("hold_time", Need::Optional),
                  "peer: hold_time must be 0 or at least 3 seconds");
    }
    if (!address || !asn || !local_address) {
        return std::nullopt;
    }
    if (address->family() != local_address->family()) {
        file.fail(node,
                  "peer " + address->to_string() + ": local_address " + local_address->to_string() +
                      " is of another family");
    }
    if (*address == *local_address) {
        file.fail(node, "peer " + address->to_string() + " has this host's own local_address");
    }
    if (!address->is_v4() && address->family() == local_address->family()) {
        file.fail(node, "peer " + address->to_string() + ": IPv6 peerings are not served yet");
    }
    Peer peer;
    peer.name = map.text("name", Need::Optional).value_or(address->to_string());
    peer.address = *address;
    peer.asn = *asn;
    peer.local_address = *local_address;
    peer.hold_time = std::chrono::seconds(hold_time.value_or(90));
    return peer;
}

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
    std::set<net::Address> seen;
    root.each("peers", Need::Required, [&](const YAML::Node& node) {
        auto peer = read_peer(root.file(), node);
        if (!peer) {
            return;
        }
        if (!seen.insert(peer->address).second) {
            root.file().fail(node, "peer " + peer->address.to_string() + " is listed twice");
        }
        if (peer->asn == config.asn) {
            root.file().fail(node,
                             "peer " + peer->address.to_string() + " has this host's own AS " +
                                 config.asn.to_string(),
                             "a host is an AS of its own and peers by eBGP");
        }
        config.peers.push_back(std::move(*peer));
    });
}

// The router ID must be stable and needs no interface (RFC 6286); the first IPv4 source address of
// a session is what an operator expects to see.
std::optional<net::RouterId> default_router_id(const Config& config) {
    for (const Peer& peer : config.peers) {
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
                    "import",
                    "aliases",
                    "docker_socket"});
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
