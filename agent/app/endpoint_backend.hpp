// A container comes and goes: link, route and announcement in the order that opens no hole
// (docs/agent.md). Link before route, route before announcement; backwards on the way out.
#pragma once

#include "agent/app/announcer.hpp"
#include "agent/docker/backend.hpp"
#include "agent/ipam/allocator.hpp"
#include "agent/kernel/rtnl_socket.hpp"
#include "agent/log/events.hpp"

#include <optional>

namespace routeproof::agent {

class EndpointAdapter final : public docker::EndpointBackend {
public:
    /// All must outlive the adapter. `uplink_address` is the host's own address that its packets
    /// to containers bear, and whose link gives the MTU.
    EndpointAdapter(ipam::Allocator& allocator,
                    kernel::RtnlSocket& socket,
                    Announcer& announcer,
                    std::optional<net::Address> uplink_address,
                    log::Sink log);

    docker::Answer<void> create_endpoint(const docker::Network& network,
                                         const docker::Endpoint& endpoint) override;
    docker::Answer<docker::JoinedLink> join(const docker::Network& network,
                                            const docker::Endpoint& endpoint) override;
    docker::Answer<void> leave(const docker::Endpoint& endpoint) override;
    docker::Answer<void> delete_endpoint(const docker::Endpoint& endpoint) override;

private:
    docker::Answer<void> report(const char* what,
                                const docker::Endpoint& endpoint,
                                const kernel::Result<void>& done);

    ipam::Allocator& allocator_;
    kernel::RtnlSocket& socket_;
    Announcer& announcer_;
    std::optional<net::Address> uplink_address_;
    log::Sink log_;
};

}  // namespace routeproof::agent
