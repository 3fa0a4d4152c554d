#include "agent/docker/registry.hpp"

#include "agent/docker/json_reader.hpp"

namespace routeproof::docker {
namespace {

using nlohmann::json;

constexpr std::string_view kNetworks = "docker/networks/";
constexpr std::string_view kEndpoints = "docker/endpoints/";

std::string key_of(std::string_view folder, std::string_view id) {
    return std::string(folder).append(id);
}

std::string to_text(const Network& network) {
    json subnets = json::array();
    for (const net::Prefix& subnet : network.subnets) {
        subnets.push_back(subnet.to_string());
    }
    json object{{"id", network.id},
                {"name", network.name},
                {"subnets", subnets},
                {"options", network.options},
                {"internal", network.internal},
                {"created", to_rfc3339(network.created)}};
    if (network.mtu) {
        object["mtu"] = *network.mtu;
    }
    return dump(object);
}

std::string to_text(const Endpoint& endpoint) {
    return dump({{"id", endpoint.id},
                 {"network", endpoint.network_id},
                 {"address", endpoint.address ? endpoint.address->to_string() : ""},
                 {"mac_address", endpoint.mac_address},
                 {"options", endpoint.options},
                 {"container", endpoint.container},
                 {"sandbox", endpoint.sandbox},
                 {"created", to_rfc3339(endpoint.created)}});
}

Options options_of(const json& object) {
    Options options;
    for (const auto& [key, value] : object.items()) {
        if (value.is_string()) {
            options.emplace(key, value.get<std::string>());
        }
    }
    return options;
}

std::optional<Network> network_from(const json& object) {
    JsonReader reader(object);
    Network network;
    network.id = reader.id("id");
    network.name = reader.text("name");
    for (const json& one : reader.array("subnets")) {
        const auto subnet = net::Prefix::parse(one.is_string() ? one.get<std::string>() : "");
        if (!subnet) {
            return std::nullopt;
        }
        network.subnets.push_back(*subnet);
    }
    network.options = options_of(reader.object("options"));
    if (const auto mtu = object.find("mtu"); mtu != object.end() && mtu->is_number_unsigned()) {
        network.mtu = mtu->get<std::uint32_t>();
    }
    network.internal = reader.flag("internal");
    const auto created = from_rfc3339(reader.text("created"));
    if (reader.failed() || !created) {
        return std::nullopt;
    }
    network.created = *created;
    return network;
}

std::optional<Endpoint> endpoint_from(const json& object) {
    JsonReader reader(object);
    Endpoint endpoint;
    endpoint.id = reader.endpoint_id("id");
    endpoint.network_id = reader.id("network");
    endpoint.address = reader.address("address");
    endpoint.mac_address = reader.text("mac_address");
    endpoint.options = options_of(reader.object("options"));
    endpoint.container = reader.text("container");
    endpoint.sandbox = reader.text("sandbox");
    const auto created = from_rfc3339(reader.text("created"));
    if (reader.failed() || !created) {
        return std::nullopt;
    }
    endpoint.created = *created;
    return endpoint;
}

/// Fills `into` with the records below `folder`; the keys of unreadable ones go to `skipped`.
template <class T, class Read>
store::Result<void> load_folder(store::Store& store,
                                std::string_view folder,
                                Read read,
                                std::map<std::string, T, std::less<>>& into,
                                std::vector<std::string>& skipped) {
    const auto entries = store.list(folder);
    if (!entries) {
        return entries.error();
    }
    for (const store::Entry& entry : *entries) {
        const auto object = json::parse(entry.value, nullptr, false);
        auto record = object.is_object() ? read(object) : std::optional<T>();
        if (record) {
            std::string id = record->id;
            into.insert_or_assign(std::move(id), std::move(*record));
        } else {
            skipped.push_back(entry.key);
        }
    }
    return {};
}

template <class T>
const T* find(const std::map<std::string, T, std::less<>>& records, std::string_view id) {
    const auto at = records.find(id);
    return at == records.end() ? nullptr : &at->second;
}

// This host's Docker has one agent, so nobody else writes these keys: no conditions.
template <class T>
store::Result<void> put_record(store::Store& store,
                               std::string_view folder,
                               std::map<std::string, T, std::less<>>& records,
                               T record) {
    store::Transaction transaction;
    transaction.puts = {{key_of(folder, record.id), to_text(record)}};
    if (const auto done = store.commit(transaction); !done) {
        return done.error();
    }
    std::string id = record.id;
    records.insert_or_assign(std::move(id), std::move(record));
    return {};
}

template <class T>
store::Result<void> remove_record(store::Store& store,
                                  std::string_view folder,
                                  std::map<std::string, T, std::less<>>& records,
                                  const std::string& id) {
    store::Transaction transaction;
    transaction.deletes = {key_of(folder, id)};
    if (const auto done = store.commit(transaction); !done) {
        return done.error();
    }
    records.erase(id);
    return {};
}

}  // namespace

Registry::Registry(store::Store& store, Clock clock) : store_(store), clock_(std::move(clock)) {}

store::Result<std::vector<std::string>> Registry::load() {
    std::vector<std::string> skipped;
    if (const auto done = load_folder(store_, kNetworks, network_from, networks_, skipped); !done) {
        return done.error();
    }
    if (const auto done = load_folder(store_, kEndpoints, endpoint_from, endpoints_, skipped);
        !done) {
        return done.error();
    }
    return skipped;
}

const Network* Registry::network(std::string_view id) const {
    return find(networks_, id);
}
const Endpoint* Registry::endpoint(std::string_view id) const {
    return find(endpoints_, id);
}

store::Result<void> Registry::put(Network network) {
    return put_record(store_, kNetworks, networks_, std::move(network));
}

store::Result<void> Registry::put(Endpoint endpoint) {
    return put_record(store_, kEndpoints, endpoints_, std::move(endpoint));
}

store::Result<void> Registry::remove_network(const std::string& id) {
    return remove_record(store_, kNetworks, networks_, id);
}

store::Result<void> Registry::remove_endpoint(const std::string& id) {
    return remove_record(store_, kEndpoints, endpoints_, id);
}

store::Result<void> Registry::set_network_name(const std::string& id, const std::string& name) {
    const Network* const known = network(id);
    if (known == nullptr || known->name == name) {
        return {};
    }
    Network network = *known;
    network.name = name;
    return put(std::move(network));
}

store::Result<void> Registry::set_container(const std::string& endpoint_id,
                                            const std::string& name) {
    const Endpoint* const known = endpoint(endpoint_id);
    if (known == nullptr || known->container == name) {
        return {};
    }
    Endpoint endpoint = *known;
    endpoint.container = name;
    return put(std::move(endpoint));
}

}  // namespace routeproof::docker
