// Docker's IPAM questions, answered by the allocator.
#pragma once

#include "agent/docker/backend.hpp"
#include "agent/ipam/allocator.hpp"
#include "agent/log/events.hpp"

namespace routeproof::agent {

class AddressAdapter final : public docker::AddressBackend {
public:
    /// The allocator must outlive the adapter.
    AddressAdapter(ipam::Allocator& allocator, log::Sink log);

    void replay_begins() override;
    docker::Answer<docker::GrantedPool> request_pool(
        const docker::RequestPoolRequest& request) override;
    docker::Answer<void> release_pool(const std::string& pool_id) override;
    docker::Answer<docker::AddressWithLength> request_address(
        const docker::RequestAddressRequest& request) override;
    docker::Answer<void> release_address(const docker::ReleaseAddressRequest& request) override;
    docker::Answer<void> check_subnet(const net::Prefix& subnet) override;

private:
    ipam::Allocator& allocator_;
    log::Sink log_;
};

}  // namespace routeproof::agent
