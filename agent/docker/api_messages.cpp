// Readers of dockerd's own API (api_client.hpp): only the members we need, everything else ignored.
#include "agent/docker/api_client.hpp"
#include "agent/docker/json_reader.hpp"

namespace routeproof::docker {
namespace {

using nlohmann::json;

/// "172.16.100.1/32" or "172.16.100.1"; the API is not sure of itself.
std::optional<net::Address> loose_address(const std::string& text) {
    const auto address = net::Address::parse(std::string_view(text).substr(0, text.find('/')));
    return address ? std::optional(*address) : std::nullopt;
}

std::string without_slash(const std::string& name) {
    return name.starts_with('/') ? name.substr(1) : name;
}

ContainerInfo container_from(const json& object) {
    JsonReader reader(object);
    ContainerInfo container;
    container.id = reader.text("Id");
    container.state = reader.text("State");
    for (const json& name : reader.array("Names")) {
        if (name.is_string() && container.name.empty()) {
            container.name = without_slash(name.get<std::string>());
        }
    }
    JsonReader settings(reader.object("NetworkSettings"));
    for (const auto& [name, value] : settings.object("Networks").items()) {
        JsonReader one(value);
        container.networks.push_back({name,
                                      one.text("NetworkID"),
                                      one.text("EndpointID"),
                                      loose_address(one.text("IPAddress"))});
    }
    return container;
}

}  // namespace

Answer<NetworkInfo> decode_network_info(std::string_view body) {
    json object;
    if (const auto parsed = parse_object(body, object); !parsed) {
        return Refusal("dockerd answered with something that is not a network");
    }
    JsonReader reader(object);
    NetworkInfo info;
    info.id = reader.id("Id");
    info.name = reader.text("Name");
    for (const auto& [key, value] : reader.object("Containers").items()) {
        JsonReader one(value);
        const std::string endpoint = one.text("EndpointID");
        if (endpoint.empty()) {
            continue;
        }
        const bool starting = std::string_view(key).starts_with("ep-");
        info.endpoints[endpoint] = {without_slash(one.text("Name")),
                                    starting ? "" : key,
                                    loose_address(one.text("IPv4Address"))};
    }
    return reader.finish(std::move(info));
}

Answer<std::vector<ContainerInfo>> decode_containers(std::string_view body) {
    const json list = json::parse(body, nullptr, false);
    if (!list.is_array()) {
        return Refusal("dockerd answered with something that is not a list of containers");
    }
    std::vector<ContainerInfo> containers;
    for (const json& one : list) {
        containers.push_back(container_from(one));
    }
    return containers;
}

}  // namespace routeproof::docker
