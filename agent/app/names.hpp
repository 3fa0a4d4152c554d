// Learns networks' and containers' names from dockerd's API, in the background: the plugin protocol
// never tells them, and asking inside a handler would hang dockerd and us.
#pragma once

#include "agent/docker/api_client.hpp"
#include "agent/docker/registry.hpp"
#include "agent/log/events.hpp"

#include <memory>

namespace routeproof::agent {

class NameLearner {
public:
    /// `named` is called for each endpoint whose container became known. The registry must outlive
    /// the learner.
    NameLearner(boost::asio::io_context& io,
                std::filesystem::path docker_socket,
                docker::Registry& registry,
                std::function<void(const docker::Endpoint&)> named,
                log::Sink log);

    /// Asks for every network that has something nameless, one request per network; a call while
    /// one is under way makes it look once more afterwards.
    void refresh();

private:
    void ask(const std::string& network_id);
    void learn(const docker::NetworkInfo& info);

    docker::ApiClient client_;
    docker::Registry& registry_;
    std::function<void(const docker::Endpoint&)> named_;
    log::Sink log_;
    std::map<std::string, bool> asking_;  // network ID -> ask again when done
};

}  // namespace routeproof::agent
