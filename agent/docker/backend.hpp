// What the Docker handlers need from the rest of the agent. The rooms ipam and kernel are unknown
// here; agent/app adapts them to these two interfaces.
//
// Every call may come twice (dockerd repeats after transport errors) and must then succeed again.
#pragma once

#include "agent/docker/messages.hpp"
#include "agent/docker/registry.hpp"

namespace routeproof::docker {

/// A pool as Docker will remember it. `id` must carry the prefix in itself.
struct GrantedPool {
    std::string id;
    net::Prefix pool;
};

class AddressBackend {
public:
    virtual ~AddressBackend() = default;

    /// dockerd shook hands: it may ask again for all addresses that it remembers.
    virtual void replay_begins() = 0;

    virtual Answer<GrantedPool> request_pool(const RequestPoolRequest& request) = 0;
    virtual Answer<void> release_pool(const std::string& pool_id) = 0;
    /// The address with the mask that the container gets: 32 or 128.
    virtual Answer<AddressWithLength> request_address(const RequestAddressRequest& request) = 0;
    /// Success also for an address that was never given.
    virtual Answer<void> release_address(const ReleaseAddressRequest& request) = 0;

    /// Lies the subnet in a pool? The refusal names the pools.
    virtual Answer<void> check_subnet(const net::Prefix& subnet) = 0;
};

/// What Join made in the kernel.
struct JoinedLink {
    std::string source_name;  // the end that Docker moves into the container
    net::Address gateway;     // 169.254.1.1
};

class EndpointBackend {
public:
    virtual ~EndpointBackend() = default;

    /// The endpoint will have this address from now on (bind it). No kernel work: Docker holds a
    /// lock on the whole network here.
    virtual Answer<void> create_endpoint(const Network& network, const Endpoint& endpoint) = 0;
    /// Link, route, announcement, in this order.
    virtual Answer<JoinedLink> join(const Network& network, const Endpoint& endpoint) = 0;
    /// Withdraw, then delete the route. Docker goes on whatever is answered.
    virtual Answer<void> leave(const Endpoint& endpoint) = 0;
    /// Unbind the address, delete the link; also for an endpoint that never left. Docker goes on
    /// whatever is answered.
    virtual Answer<void> delete_endpoint(const Endpoint& endpoint) = 0;
};

}  // namespace routeproof::docker
