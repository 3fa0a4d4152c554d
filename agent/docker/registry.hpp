// The networks and endpoints that Docker gave us, kept in the store: CreateNetwork is never
// repeated, so an agent that forgets stops working at its first restart.
//
// Names are learned later, from Docker's API, and survive only for what still exists.
// Keys: docker/networks/<id>, docker/endpoints/<id>.
#pragma once

#include "agent/docker/messages.hpp"
#include "inventory/store/store.hpp"
#include "inventory/time.hpp"

#include <functional>

namespace routeproof::docker {

struct Network {
    std::string id;
    std::string name;  // empty until learned
    std::vector<net::Prefix> subnets;
    Options options;                   // -o key=value
    std::optional<std::uint32_t> mtu;  // -o mtu=, or com.docker.network.driver.mtu
    bool internal = false;
    Timestamp created{};

    friend bool operator==(const Network&, const Network&) = default;
};

struct Endpoint {
    std::string id;
    std::string network_id;
    std::optional<net::Address> address;
    std::string mac_address;
    Options options;        // driver-opt
    std::string container;  // name, empty until learned
    std::string sandbox;    // SandboxKey of Join; empty: not joined
    Timestamp created{};

    bool is_joined() const { return !sandbox.empty(); }

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

class Registry {
public:
    using Clock = std::function<Timestamp()>;

    /// The store must outlive the registry. Reads nothing yet.
    explicit Registry(store::Store& store, Clock clock = routeproof::now);

    /// Reads what an earlier life kept; skips records it cannot read and returns their keys.
    store::Result<std::vector<std::string>> load();

    const Network* network(std::string_view id) const;
    const Endpoint* endpoint(std::string_view id) const;
    const std::map<std::string, Network, std::less<>>& networks() const { return networks_; }
    const std::map<std::string, Endpoint, std::less<>>& endpoints() const { return endpoints_; }

    // Committed to the store before they return; memory changes only if that succeeded.
    store::Result<void> put(Network network);
    store::Result<void> put(Endpoint endpoint);
    store::Result<void> remove_network(const std::string& id);
    store::Result<void> remove_endpoint(const std::string& id);

    // What the API told. Unknown IDs are ignored (gone meanwhile).
    store::Result<void> set_network_name(const std::string& id, const std::string& name);
    store::Result<void> set_container(const std::string& endpoint_id, const std::string& name);

    Timestamp now() const { return clock_(); }

private:
    store::Store& store_;
    Clock clock_;
    std::map<std::string, Network, std::less<>> networks_;
    std::map<std::string, Endpoint, std::less<>> endpoints_;
};

}  // namespace routeproof::docker
