#include "agent/app/store_reader.hpp"

namespace routeproof::agent {
namespace {

using inventory::yaml::Map;
using inventory::yaml::Need;

/// dockerd waits for us, and BGP with it: a call does not wait longer for etcd.
constexpr std::chrono::milliseconds kAttempt{700};
constexpr std::chrono::milliseconds kPatience{1500};

void read_files(const Map& map, store::EtcdOptions& options) {
    const auto file = [&map](const char* key) {
        const auto text = map.text(key, Need::Optional);
        return text ? map.file().resolve(*text) : std::filesystem::path();
    };
    options.tls = {file("ca"), file("certificate"), file("key")};
    if (map.has("certificate") != map.has("key")) {
        map.file().fail(map.get(map.has("key") ? "key" : "certificate", Need::Optional),
                        "store: a certificate needs its key, and a key its certificate",
                        "give both, or none");
    }
}

}  // namespace

std::optional<store::EtcdOptions> read_store(const Map& root) {
    if (!root.has("store")) {
        return std::nullopt;
    }
    const Map map(root.file(),
                  root.get("store", Need::Required),
                  "store",
                  {"etcd", "ca", "certificate", "key", "folder"});
    store::EtcdOptions options;
    for (const std::string& url : map.texts("etcd")) {
        if (const auto endpoint = store::etcd::Endpoint::parse(url)) {
            options.endpoints.push_back(*endpoint);
        } else {
            map.file().fail(map.get("etcd", Need::Optional),
                            "store: \"" + url + "\" is no endpoint of etcd",
                            "write it as https://10.0.0.1:2379");
            return std::nullopt;
        }
    }
    if (options.endpoints.empty()) {
        map.file().fail(root.get("store", Need::Optional),
                        "store: no endpoint is named",
                        "list the members: etcd: [https://10.0.0.1:2379]");
        return std::nullopt;
    }
    read_files(map, options);
    if (const auto folder = map.text("folder", Need::Optional)) {
        options.folder = *folder;
        if (!options.folder.starts_with('/') || !options.folder.ends_with('/')) {
            map.file().fail(map.get("folder", Need::Optional),
                            "store: folder \"" + *folder + "\" does not begin and end with a slash",
                            "write it as /routeproof/");
        }
    }
    options.attempt = kAttempt;
    options.patience = kPatience;
    return options;
}

}  // namespace routeproof::agent
