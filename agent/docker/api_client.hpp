// A small client of dockerd's own API, for what the plugin protocol never tells: names.
//
// Never to be waited for in a handler: dockerd holds locks while it calls us, and both would hang.
// Answers come by callback on the io_context, each within the time limit.
#pragma once

#include "agent/docker/answer.hpp"
#include "inventory/net/address.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace routeproof::docker {

/// A container as `GET /networks/<id>` lists it.
struct Attachment {
    std::string container;     // name, without the slash
    std::string container_id;  // empty while the container starts (listed as ep-<endpoint id>)
    std::optional<net::Address> address;

    friend bool operator==(const Attachment&, const Attachment&) = default;
};

struct NetworkInfo {
    std::string id;
    std::string name;
    std::map<std::string, Attachment> endpoints;  // by endpoint ID

    friend bool operator==(const NetworkInfo&, const NetworkInfo&) = default;
};

/// A network of a container in `GET /containers/json`.
struct ContainerNetwork {
    std::string network;  // name
    std::string network_id;
    std::string endpoint_id;  // empty: not running
    std::optional<net::Address> address;

    friend bool operator==(const ContainerNetwork&, const ContainerNetwork&) = default;
};

struct ContainerInfo {
    std::string id;
    std::string name;
    std::string state;  // "running", "exited" …
    std::vector<ContainerNetwork> networks;

    friend bool operator==(const ContainerInfo&, const ContainerInfo&) = default;
};

// The readers by themselves (unit tests).
Answer<NetworkInfo> decode_network_info(std::string_view body);
Answer<std::vector<ContainerInfo>> decode_containers(std::string_view body);

class ApiClient {
public:
    template <class T>
    using Callback = std::function<void(Answer<T>)>;

    ApiClient(boost::asio::io_context& io,
              std::filesystem::path socket,
              std::chrono::milliseconds time_limit = std::chrono::seconds(5));
    /// Calls that are under way end without their callback.
    ~ApiClient();

    void network(const std::string& id, Callback<NetworkInfo> done);
    /// All containers, stopped ones too.
    void containers(Callback<std::vector<ContainerInfo>> done);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace routeproof::docker
