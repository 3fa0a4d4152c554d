// The NetworkDriver half of the plugin: what each call does, without I/O of its own. Handlers bear
// Docker's method names and are idempotent: the same request has the same reply, and a record is in
// the store before the reply goes out.
#pragma once

#include "agent/docker/backend.hpp"

namespace routeproof::docker {

class NetworkDriver {
public:
    /// All must outlive the driver.
    NetworkDriver(Registry& registry, AddressBackend& addresses, EndpointBackend& endpoints);

    Answer<void> create_network(const CreateNetworkRequest& request);
    Answer<void> delete_network(const NetworkRequest& request);
    Answer<void> create_endpoint(const CreateEndpointRequest& request);
    Answer<void> delete_endpoint(const EndpointRequest& request);
    Answer<JoinReply> join(const JoinRequest& request);
    Answer<void> leave(const EndpointRequest& request);

private:
    Registry& registry_;
    AddressBackend& addresses_;
    EndpointBackend& endpoints_;
};

}  // namespace routeproof::docker
