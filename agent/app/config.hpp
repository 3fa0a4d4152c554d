// agent.yml: who this host is, what it owns, whom it peers with (docs/agent.md).
#pragma once

#include "agent/config/api_options.hpp"
#include "agent/config/peer_reader.hpp"
#include "agent/peering/config.hpp"
#include "inventory/model.hpp"
#include "inventory/net/router_id.hpp"
#include "inventory/store/etcd_store.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::agent {

struct Config {
    std::string host;
    net::Asn asn;
    net::RouterId router_id;
    std::vector<inventory::Pool> pools;
    std::vector<net::Prefix> blocks;  // static ownership
    std::vector<bgp::PeerConfig> peers;
    config::PeerDefaults defaults;  // of peers that are added later
    /// Learned routes inside one of these are used; the pools if the file does not say.
    std::vector<net::Prefix> import;
    std::vector<std::string> aliases;  // further driver names
    std::filesystem::path docker_socket = "/var/run/docker.sock";
    config::ApiOptions api;
    std::optional<store::EtcdOptions> store;  // shared by hosts; nothing: this host's own file
};

/// Letters, digits and "._-", a letter or digit first: what a host and a driver (whose name is that
/// of a file) may be called.
bool is_plain_name(std::string_view text);

/// What of a peer the agent's data path cannot do, in a sentence; nothing: it can.
std::optional<std::string> unserved(const bgp::PeerConfig& peer);

/// Everything that is wrong with the file, or the configuration.
inventory::Loaded<Config> load_config(const std::filesystem::path& file);

}  // namespace routeproof::agent
