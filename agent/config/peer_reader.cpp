#include "agent/config/peer_reader.hpp"

namespace routeproof::config {
namespace {

using inventory::yaml::File;
using inventory::yaml::Map;
using inventory::yaml::Need;

// In the order of docs/agent.md.
const std::vector<std::string_view> kKeys{"name",
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

// What the engine does not do yet is refused: a peer that was meant to be protected must not come
// up without.
constexpr std::array kNotYet{"interface",
                             "families",
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
                             "export",
                             "add_path"};

void check_addresses(const Map& map, const bgp::PeerConfig& peer) {
    const std::string who = "peer " + peer.address.to_string();
    if (peer.address.family() != peer.local_address.family()) {
        map.file().fail(
            map.get("local_address", Need::Optional),
            who + ": local_address " + peer.local_address.to_string() + " is of another family");
    }
    if (peer.address == peer.local_address) {
        map.file().fail(map.get("address", Need::Optional),
                        who + " has this host's own local_address");
    }
}

}  // namespace

std::optional<bgp::PeerConfig> read_peer(File& file,
                                         const YAML::Node& node,
                                         const PeerDefaults& defaults) {
    const Map map(file, node, "peer", kKeys);
    for (const char* key : kNotYet) {
        if (map.has(key)) {
            file.fail(map.get(key, Need::Optional),
                      std::string("peer: ") + key + " is not served yet");
        }
    }
    if (const auto import = map.text("import", Need::Optional); import && *import != "all") {
        file.fail(
            map.get("import", Need::Optional), "peer: policies are not served yet", "write all");
    }
    const auto address = map.address("address", Need::Required);
    const auto asn = map.asn("asn", Need::Required);
    const auto local_address = map.address("local_address", Need::Required);
    // RFC 4271 4.2: zero (no keepalives) or at least three seconds.
    const auto hold_time = map.number("hold_time", Need::Optional, 0, 65535);
    if (hold_time == 1 || hold_time == 2) {
        file.fail(map.get("hold_time", Need::Optional),
                  "peer: hold_time must be 0 or at least 3 seconds");
    }
    const auto port = map.number("port", Need::Optional, 1, 65535);
    const auto passive = map.flag("passive", Need::Optional);
    if (!address || !asn || !local_address) {
        return std::nullopt;
    }
    bgp::PeerConfig peer;
    peer.name = map.text("name", Need::Optional).value_or(address->to_string());
    peer.address = *address;
    peer.asn = *asn;
    peer.local_address = *local_address;
    peer.hold_time = std::chrono::seconds(hold_time.value_or(90));
    peer.port = static_cast<std::uint16_t>(port.value_or(peer.port));
    peer.passive = passive.value_or(false);
    check_addresses(map, peer);
    if (peer.asn == defaults.local_asn) {
        file.fail(
            map.get("asn", Need::Optional),
            "peer " + peer.address.to_string() + " has this host's own AS " + peer.asn.to_string(),
            "a host is an AS of its own and peers by eBGP");
    }
    return peer;
}

}  // namespace routeproof::config
