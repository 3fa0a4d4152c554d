// How the local API is offered: the same keys in every configuration of the agent.
//   metrics: 127.0.0.1:9342     # GET /metrics over TCP too; off by default
//   api_group: routeproof       # whose members may use the socket; default: root alone
//   api_body_limit: 256         # megabytes that one request may hold
#pragma once

#include "inventory/yaml.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace routeproof::config {

struct TcpPlace {
    net::Address address;
    std::uint16_t port = 0;

    friend bool operator==(const TcpPlace&, const TcpPlace&) = default;
};

struct ApiOptions {
    std::optional<TcpPlace> metrics;
    std::string group;
    std::size_t body_limit = std::size_t{256} << 20;  // octets: more than a full table

    friend bool operator==(const ApiOptions&, const ApiOptions&) = default;
};

ApiOptions read_api_options(const inventory::yaml::Map& root);

}  // namespace routeproof::config
