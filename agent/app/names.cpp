#include "agent/app/names.hpp"

#include <set>

namespace routeproof::agent {

NameLearner::NameLearner(boost::asio::io_context& io,
                         std::filesystem::path docker_socket,
                         docker::Registry& registry,
                         std::function<void(const docker::Endpoint&)> named,
                         log::Sink log)
    : client_(io, std::move(docker_socket)),
      registry_(registry),
      named_(std::move(named)),
      log_(std::move(log)) {}

void NameLearner::refresh() {
    std::set<std::string> nameless;
    for (const auto& [id, network] : registry_.networks()) {
        if (network.name.empty()) {
            nameless.insert(id);
        }
    }
    for (const auto& [id, endpoint] : registry_.endpoints()) {
        if (endpoint.container.empty()) {
            nameless.insert(endpoint.network_id);
        }
    }
    for (const auto& network_id : nameless) {
        ask(network_id);
    }
}

void NameLearner::ask(const std::string& network_id) {
    if (const auto [at, added] = asking_.try_emplace(network_id, false); !added) {
        at->second = true;
        return;
    }
    client_.network(network_id, [this, network_id](docker::Answer<docker::NetworkInfo> info) {
        if (info) {
            learn(*info);
        } else {
            log_(log::Severity::Warning,
                 log::event::kDockerApiFailed,
                 {{"network", network_id}, {"error", info.error().sentence}});
        }
        const bool again = asking_[network_id];
        asking_.erase(network_id);
        if (again && info) {
            ask(network_id);
        }
    });
}

void NameLearner::learn(const docker::NetworkInfo& info) {
    const auto failed = [this](const store::Result<void>& stored) {
        if (!stored) {
            log_(log::Severity::Error,
                 log::event::kStoreFailed,
                 {{"error", stored.error().message()}});
        }
    };
    if (const auto* network = registry_.network(info.id);
        network != nullptr && network->name.empty()) {
        failed(registry_.set_network_name(info.id, info.name));
    }
    for (const auto& [endpoint_id, attachment] : info.endpoints) {
        const auto* endpoint = registry_.endpoint(endpoint_id);
        if (endpoint != nullptr && endpoint->container.empty() && !attachment.container.empty()) {
            failed(registry_.set_container(endpoint_id, attachment.container));
            named_(*registry_.endpoint(endpoint_id));
        }
    }
}

}  // namespace routeproof::agent
