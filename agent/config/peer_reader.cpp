#include "agent/config/peer_reader.hpp"

#include "agent/config/password_reader.hpp"

#include <algorithm>
#include <array>

namespace routeproof::config {
namespace {

using bgp::AfiSafi;
using inventory::yaml::File;
using inventory::yaml::Map;
using inventory::yaml::Need;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kHoldTimeMax = 65535;
constexpr seconds kRestartTimeMax{4095};  // RFC 4724 3: twelve bits
constexpr seconds kLongTime{24 * 3600};

// In the order of docs/peering.md.
const std::vector<std::string_view>& peer_keys() {
    static const std::vector<std::string_view> kKeys{"name",
                                                     "address",
                                                     "interface",
                                                     "asn",
                                                     "local_address",
                                                     "port",
                                                     "passive",
                                                     "families",
                                                     "hold_time",
                                                     "connect_retry",
                                                     "password",
                                                     "password_file",
                                                     "password_env",
                                                     "ttl_security",
                                                     "multihop",
                                                     "next_hop_v4",
                                                     "next_hop_v6",
                                                     "extended_next_hop",
                                                     "graceful_restart",
                                                     "max_prefix",
                                                     "role",
                                                     "role_strict",
                                                     "bfd",
                                                     "import",
                                                     "export",
                                                     "add_path"};
    return kKeys;
}

// What the engine does not do yet is refused: a peer that was meant to be protected must not come
// up without.
constexpr std::array kNotYet{"add_path"};

template <class T, std::size_t N>
using Words = std::array<std::pair<std::string_view, T>, N>;

constexpr Words<AfiSafi, 2> kFamilies{
    {{"ipv4-unicast", bgp::kIpv4Unicast}, {"ipv6-unicast", bgp::kIpv6Unicast}}};
constexpr Words<bgp::Role, 5> kRoles{{{"customer", bgp::Role::Customer},
                                      {"provider", bgp::Role::Provider},
                                      {"peer", bgp::Role::Peer},
                                      {"rs", bgp::Role::RouteServer},
                                      {"rs-client", bgp::Role::RouteServerClient}}};

template <class T, std::size_t N>
std::optional<T> meaning(const Words<T, N>& words, std::string_view word) {
    for (const auto& [name, value] : words) {
        if (name == word) {
            return value;
        }
    }
    return std::nullopt;
}

template <class T, std::size_t N>
std::vector<std::string_view> names(const Words<T, N>& words) {
    std::vector<std::string_view> all;
    for (const auto& [name, value] : words) {
        all.push_back(name);
    }
    return all;
}

void read_families(const Map& map, bgp::PeerConfig& peer) {
    for (const auto& word : map.texts("families")) {
        const auto family = meaning(kFamilies, word);
        if (!family) {
            map.file().fail(map.get("families", Need::Optional),
                            map.name() + ": families: \"" + word + "\" is not known",
                            "ipv4-unicast and ipv6-unicast are served");
        } else if (std::find(peer.families.begin(), peer.families.end(), *family) ==
                   peer.families.end()) {
            peer.families.push_back(*family);
        }
    }
}

void read_transport(const Map& map, bgp::PeerConfig& peer) {
    peer.port = static_cast<std::uint16_t>(
        map.number("port", Need::Optional, 1, 65535).value_or(peer.port));
    peer.passive = map.flag("passive", Need::Optional).value_or(false);
    peer.password = read_password(map);
    if (const auto hops = map.number("ttl_security", Need::Optional, 1, 254)) {
        peer.ttl_security_hops = static_cast<unsigned>(*hops);
    }
    if (const auto ttl = map.number("multihop", Need::Optional, 1, 255)) {
        peer.multihop = static_cast<unsigned>(*ttl);
    }
    if (peer.ttl_security_hops && peer.multihop) {
        map.file().fail(map.get("multihop", Need::Optional),
                        map.name() + ": ttl_security and multihop exclude each other",
                        "ttl_security: 4 allows four hops too");
    }
}

void read_timers(const Map& map, bgp::PeerConfig& peer) {
    // RFC 4271 4.2: zero (no keepalives) or at least three seconds.
    const auto hold_time = map.number("hold_time", Need::Optional, 0, kHoldTimeMax);
    if (hold_time == 1U || hold_time == 2U) {
        map.file().fail(map.get("hold_time", Need::Optional),
                        map.name() + ": hold_time must be 0 or at least 3 seconds");
    }
    peer.hold_time = seconds(hold_time.value_or(90));
    peer.connect_retry =
        map.duration("connect_retry", Need::Optional, milliseconds(10), seconds(3600));
}

std::optional<net::Address> address_of(const Map& map, const char* key, net::Family family) {
    const auto address = map.address(key, Need::Optional);
    if (address && address->family() != family) {
        map.file().fail(map.get(key, Need::Optional),
                        map.name() + ": " + key + " " + address->to_string() + " is not IPv" +
                            (family == net::Family::IPv4 ? "4" : "6"));
    }
    return address;
}

void read_next_hops(const Map& map, bgp::PeerConfig& peer) {
    peer.next_hop_v4 = address_of(map, "next_hop_v4", net::Family::IPv4);
    peer.next_hop_v6 = address_of(map, "next_hop_v6", net::Family::IPv6);
    peer.extended_next_hop = map.flag("extended_next_hop", Need::Optional).value_or(false);
}

bgp::MaxPrefix read_limit(const Map& peer, const char* key, const std::string& name) {
    bgp::MaxPrefix limit;
    const YAML::Node node = peer.get(key, Need::Optional);
    if (node.IsScalar()) {
        limit.limit =
            static_cast<std::uint32_t>(peer.number(key, Need::Required, 1, 0xFFFFFFFF).value_or(0));
        return limit;
    }
    const Map map(peer.file(), node, name, {"limit", "warning", "restart"});
    limit.limit =
        static_cast<std::uint32_t>(map.number("limit", Need::Required, 1, 0xFFFFFFFF).value_or(0));
    limit.warning_percent = static_cast<unsigned>(
        map.number("warning", Need::Optional, 1, 100).value_or(limit.warning_percent));
    const auto restart = map.duration("restart", Need::Optional, seconds(0), kLongTime);
    limit.restart_after = std::chrono::ceil<seconds>(restart.value_or(milliseconds(0)));
    return limit;
}

void read_max_prefix(const Map& map, bgp::PeerConfig& peer) {
    const YAML::Node node = map.get("max_prefix", Need::Optional);
    if (!node.IsDefined()) {
        return;
    }
    const std::string name = map.name() + ": max_prefix";
    const bool by_family =
        node.IsMap() && (node["ipv4-unicast"].IsDefined() || node["ipv6-unicast"].IsDefined());
    if (!by_family) {
        const auto limit = read_limit(map, "max_prefix", name);
        for (const auto& [word, family] : kFamilies) {
            peer.max_prefix[family] = limit;
        }
        return;
    }
    const Map families(map.file(), node, name, names(kFamilies));
    for (const auto& [word, family] : kFamilies) {
        const std::string key(word);
        if (families.has(key.c_str())) {
            std::string where = name;
            where += ": ";
            where += key;
            peer.max_prefix[family] = read_limit(families, key.c_str(), where);
        }
    }
}

void read_role(const Map& map, bgp::PeerConfig& peer) {
    if (const auto role = map.choice("role", Need::Optional, names(kRoles))) {
        peer.role = meaning(kRoles, *role);
    }
    peer.role_strict = map.flag("role_strict", Need::Optional).value_or(false);
    if (peer.role_strict && !map.has("role")) {
        map.file().fail(map.get("role_strict", Need::Optional),
                        map.name() + ": role_strict without a role of our own",
                        "set role too");
    }
}

void read_bfd(const Map& map, bgp::PeerConfig& peer) {
    const YAML::Node node = map.get("bfd", Need::Optional);
    if (!node.IsDefined()) {
        return;
    }
    bgp::BfdParameters bfd;
    if (node.IsScalar()) {
        if (map.flag("bfd", Need::Optional).value_or(false)) {
            peer.bfd = bfd;
        }
        return;
    }
    const Map wanted(map.file(), node, map.name() + ": bfd", {"interval", "multiplier"});
    bfd.interval = wanted.duration("interval", Need::Optional, milliseconds(10), seconds(60))
                       .value_or(bfd.interval);
    bfd.multiplier = static_cast<unsigned>(
        wanted.number("multiplier", Need::Optional, 1, 255).value_or(bfd.multiplier));
    peer.bfd = bfd;
}

void read_policies_of(const Map& map, const Policies& policies, bgp::PeerConfig& peer) {
    // RFC 8212: a peer without an import policy is not listened to, unless the speaker has one.
    peer.import_policy = read_policy_choice(map, "import", policies);
    if (auto policy = read_policy_choice(map, "export", policies)) {
        peer.export_policy = std::move(*policy);
    }
    if (map.choice("add_path", Need::Optional, {"receive"})) {
        peer.add_path_receive = true;
    }
}

void read_asn(const Map& map, const PeerDefaults& defaults, bgp::PeerConfig& peer) {
    const YAML::Node node = map.get("asn", Need::Required);
    if (node.IsDefined() && node.IsScalar() && node.Scalar() == "external") {
        peer.any_external_asn = true;
        return;
    }
    peer.asn = map.asn("asn", Need::Required).value_or(net::Asn());
    if (peer.asn == defaults.local_asn && peer.asn != net::Asn()) {
        map.file().fail(node,
                        map.name() + " has this host's own AS " + peer.asn.to_string(),
                        "a host is an AS of its own and peers by eBGP");
    }
}

void read_addresses(const Map& map, bgp::PeerConfig& peer) {
    peer.interface = map.text("interface", Need::Optional).value_or("");
    const bool unnumbered = !peer.interface.empty() && !map.has("address");
    if (unnumbered) {
        peer.address = net::Address::any(net::Family::IPv6);
        peer.local_address = net::Address::any(net::Family::IPv6);
        if (map.has("local_address")) {
            map.file().fail(map.get("local_address", Need::Optional),
                            map.name() + ": an unnumbered peer has no local_address");
        }
        return;
    }
    const auto address = map.address("address", Need::Required);
    const auto local = map.address("local_address", Need::Required);
    if (!address || !local) {
        return;
    }
    peer.address = *address;
    peer.local_address = *local;
    if (address->family() != local->family()) {
        map.file().fail(
            map.get("local_address", Need::Optional),
            map.name() + ": local_address " + local->to_string() + " is of another family");
    }
    if (*address == *local) {
        map.file().fail(map.get("address", Need::Optional),
                        map.name() + " has this host's own local_address");
    }
    const bool scoped = !address->is_v4() && address->is_link_local();
    if (scoped && peer.interface.empty()) {
        map.file().fail(map.get("address", Need::Optional),
                        map.name() + ": a link-local address needs its interface");
    }
}

/// What to call the peer in messages: as little as is known of it may be wrong.
std::string title_of(const YAML::Node& node) {
    for (const char* key : {"address", "interface"}) {
        if (node.IsMap() && node[key].IsDefined() && node[key].IsScalar()) {
            return "peer " + node[key].Scalar();
        }
    }
    return "peer";
}

}  // namespace

bgp::GracefulRestartConfig read_graceful_restart(const Map& map,
                                                 const bgp::GracefulRestartConfig& otherwise) {
    bgp::GracefulRestartConfig read = otherwise;
    const YAML::Node node = map.get("graceful_restart", Need::Optional);
    if (!node.IsDefined()) {
        return read;
    }
    if (node.IsScalar()) {
        read.enabled = map.flag("graceful_restart", Need::Optional).value_or(false);
        return read;
    }
    const Map wanted(map.file(),
                     node,
                     map.name() + ": graceful_restart",
                     {"enabled", "restart_time", "stale_time"});
    read.enabled = wanted.flag("enabled", Need::Optional).value_or(true);
    const auto whole = [&wanted](const char* key, seconds least, seconds most, seconds unless) {
        const auto time = wanted.duration(key, Need::Optional, least, most);
        return time ? std::chrono::ceil<seconds>(*time) : unless;
    };
    read.restart_time = whole("restart_time", seconds(1), kRestartTimeMax, read.restart_time);
    read.stale_time = whole("stale_time", seconds(0), kLongTime, read.stale_time);
    return read;
}

std::optional<bgp::PeerConfig> read_peer(File& file,
                                         const YAML::Node& node,
                                         const PeerDefaults& defaults) {
    const auto before = file.diagnostics().size();
    const Map map(file, node, title_of(node), peer_keys());
    for (const char* key : kNotYet) {
        if (map.has(key)) {
            file.fail(map.get(key, Need::Optional), map.name() + ": " + key + " is not served yet");
        }
    }
    bgp::PeerConfig peer;
    read_addresses(map, peer);
    read_asn(map, defaults, peer);
    read_families(map, peer);
    read_transport(map, peer);
    read_timers(map, peer);
    read_next_hops(map, peer);
    peer.graceful_restart = read_graceful_restart(map, defaults.graceful_restart);
    read_max_prefix(map, peer);
    read_role(map, peer);
    read_bfd(map, peer);
    read_policies_of(map, defaults.policies, peer);
    const std::string fallback =
        peer.address.is_unspecified() ? peer.interface : peer.address.to_string();
    peer.name = map.text("name", Need::Optional).value_or(fallback);
    return file.diagnostics().size() == before ? std::optional(std::move(peer)) : std::nullopt;
}

}  // namespace routeproof::config
