// The network as it should be: plain structs, filled by a loader, judged by rules.cpp.
#pragma once

#include "inventory/diagnostic.hpp"
#include "inventory/net/asn.hpp"
#include "inventory/net/prefix.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace routeproof::inventory {

/// A range from which containers get their addresses; it is cut into blocks of one size.
struct Pool {
    std::string name;
    net::Prefix cidr;
    unsigned block_size = 26;  // prefix length of a block
    /// Hosts take addresses of their own blocks only; none is borrowed.
    bool strict_affinity = false;
    /// An address that was freed is not chosen again so soon, as long as there is another.
    std::chrono::seconds cooldown{60};
    std::vector<net::Prefix> reserved;  // given to nobody
    Location where{};

    friend bool operator==(const Pool&, const Pool&) = default;
};

/// Where a secret is read when it is needed.
struct SecretSource {
    enum class Kind { None, File, Environment, Command };
    Kind kind = Kind::None;
    std::string from;  // absolute path, name of the variable, or a line for /bin/sh

    explicit operator bool() const { return kind != Kind::None; }
    friend bool operator==(const SecretSource&, const SecretSource&) = default;
};

/// How to log in. References only: no secret is ever part of an inventory.
struct Credentials {
    std::string name;
    std::string user;
    std::filesystem::path key_file;          // absolute
    std::filesystem::path certificate_file;  // absolute; of key_file (OpenSSH's user certificates)
    SecretSource passphrase;                 // of key_file
    /// IdentityFile of ssh_config: tried, if they can be used, where nothing else is named.
    std::vector<std::filesystem::path> identity_files;
    SecretSource password;  // also for keyboard-interactive
    Location where{};

    /// Nothing to log in with is named: identity files and the SSH agent are asked.
    bool by_agent() const { return key_file.empty() && !password; }
    friend bool operator==(const Credentials&, const Credentials&) = default;
};

/// A host key that the inventory itself names.
struct HostKeyPin {
    std::string type;  // as known_hosts writes it: ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa
    std::string key;   // base64 of the key, or its fingerprint "SHA256:..."
    Location where{};

    friend bool operator==(const HostKeyPin&, const HostKeyPin&) = default;
};

enum class Os { Junos, Nxos, Frr, Bird };
enum class Role { Leaf, Spine };

/// Where and how a machine is reached for management.
struct Access {
    std::string address;  // name or address; empty: not reachable for us
    std::uint16_t port = 22;
    Credentials credentials;
    std::filesystem::path known_hosts;  // absolute
    std::vector<HostKeyPin> host_keys;  // if there are any, they decide, not known_hosts
    std::string ciphers;                // as ssh_config writes it; empty: ours
    std::vector<Access> jumps;          // machines on the way, the nearest to us first

    friend bool operator==(const Access&, const Access&) = default;
};

struct Router {
    std::string name;
    Os os = Os::Junos;
    Role role = Role::Leaf;
    net::Asn asn;
    /// Without an address the router is known to the topology but not looked into.
    Access access;
    Location where{};

    friend bool operator==(const Router&, const Router&) = default;
};

/// An eBGP adjacency between two routers.
struct Link {
    std::string a;
    net::Address a_address;
    std::string b;
    net::Address b_address;
    Location where{};

    friend bool operator==(const Link&, const Link&) = default;
};

/// Host address <-> router address; the AS numbers are those of the two ends.
struct Peering {
    std::string router;
    net::Address host_address;
    net::Address router_address;
    Location where{};

    friend bool operator==(const Peering&, const Peering&) = default;
};

struct Host {
    std::string name;
    net::Asn asn;
    /// Without an address the agent is not asked; then only `blocks` is expected of the host.
    Access access;
    std::string agent_command = "routeproof-agent announcements";
    /// Blocks that configuration gives to this host (sites without a shared store).
    std::vector<net::Prefix> blocks;
    std::vector<Peering> peerings;
    Location where{};

    friend bool operator==(const Host&, const Host&) = default;
};

struct Inventory {
    std::vector<Pool> pools;
    std::vector<Router> routers;
    std::vector<Host> hosts;
    std::vector<Link> links;

    const Router* router(std::string_view name) const;
    const Host* host(std::string_view name) const;
    /// The pool that holds the prefix, if any.
    const Pool* pool_of(const net::Prefix& prefix) const;

    friend bool operator==(const Inventory&, const Inventory&) = default;
};

std::string_view to_string(Os os);
std::string_view to_string(Role role);

/// "ssh-ed25519 AAAA..." (a comment may follow) or "ssh-ed25519 SHA256:...".
std::optional<HostKeyPin> parse_host_key(std::string_view text);

}  // namespace routeproof::inventory
