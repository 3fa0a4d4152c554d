#include "agent/config/peering_file.hpp"

#include "agent/config/announce_reader.hpp"
#include "agent/config/peer_reader.hpp"
#include "agent/config/prefix_list_file.hpp"

namespace routeproof::config {
namespace {

using inventory::yaml::File;
using inventory::yaml::Map;
using inventory::yaml::Need;

void read_peers(const Map& root, const PeerDefaults& defaults, PeeringFile& read) {
    root.each("peers", Need::Optional, [&](const YAML::Node& node) {
        auto peer = read_peer(root.file(), node, defaults);
        if (!peer) {
            return;
        }
        for (const auto& other : read.speaker.peers) {
            if (other.address == peer->address && other.interface == peer->interface) {
                root.file().fail(node, "peer " + peer->name + " is listed twice");
            }
        }
        read.speaker.peers.push_back(std::move(*peer));
    });
}

void read_announcements(const Map& root, Originations& originations) {
    root.each("announce", Need::Optional, [&](const YAML::Node& node) {
        read_announcement(root.file(), node, originations);
    });
    if (const auto file = root.text("announce_file", Need::Optional)) {
        const auto wrong = read_prefix_list_file(root.file().resolve(*file), originations);
        auto& all = root.file().diagnostics();
        all.insert(all.end(), wrong.begin(), wrong.end());
    }
}

void read_file(File& file, const YAML::Node& document, PeeringFile& read) {
    const Map root(file,
                   document,
                   "peering configuration",
                   {"routeproof",
                    "asn",
                    "router_id",
                    "listen_port",
                    "listen",
                    "graceful_restart",
                    "peers",
                    "policies",
                    "announce",
                    "announce_file",
                    "metrics",
                    "api_group",
                    "api_body_limit"});
    inventory::yaml::check_format(root);
    if (root.has("listen")) {
        file.fail(root.get("listen", Need::Optional),
                  "listen is not served",
                  "we listen on each peer's local_address");
    }
    read.speaker.asn = root.asn("asn", Need::Required).value_or(net::Asn());
    read.speaker.router_id = root.router_id("router_id", Need::Required).value_or(net::RouterId());
    const auto port = root.number("listen_port", Need::Optional, 0, 65535);
    read.speaker.listen_port = static_cast<std::uint16_t>(port.value_or(179));
    read.defaults = {read.speaker.asn, read_graceful_restart(root, {}), read_policies(root)};
    read_peers(root, read.defaults, read);
    read_announcements(root, read.originations);
    read.api = read_api_options(root);
}

}  // namespace

inventory::Loaded<PeeringFile> load_peering_file(const std::filesystem::path& path) {
    File file(path);
    const YAML::Node document = file.load();
    if (!file.diagnostics().empty()) {
        return file.diagnostics();
    }
    PeeringFile read;
    read_file(file, document, read);
    if (!file.diagnostics().empty()) {
        return file.diagnostics();
    }
    return read;
}

}  // namespace routeproof::config
