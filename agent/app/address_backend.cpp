#include "agent/app/address_backend.hpp"

namespace routeproof::agent {

using docker::Answer;
using docker::Refusal;

AddressAdapter::AddressAdapter(ipam::Allocator& allocator, log::Sink log)
    : allocator_(allocator), log_(std::move(log)) {}

void AddressAdapter::replay_begins() {
    if (const auto begun = allocator_.begin_replay(); !begun) {
        log_(log::Severity::Error, log::event::kStoreFailed, {{"error", begun.error().what}});
    }
}

Answer<docker::GrantedPool> AddressAdapter::request_pool(
    const docker::RequestPoolRequest& request) {
    const auto granted = allocator_.request_pool({request.pool, request.sub_pool, request.v6});
    if (!granted) {
        return Refusal(granted.error().what);
    }
    return docker::GrantedPool{granted->to_string(), granted->subnet};
}

Answer<void> AddressAdapter::release_pool(const std::string&) {
    // Pools are granted without a reference, so there is nothing to give back.
    return {};
}

Answer<docker::AddressWithLength> AddressAdapter::request_address(
    const docker::RequestAddressRequest& request) {
    const auto pool = ipam::PoolId::parse(request.pool_id);
    if (!pool) {
        return Refusal("\"" + request.pool_id +
                       "\" is no pool of Routeproof; remove the network and create it again");
    }
    ipam::AddressRequest wanted;
    wanted.pool = *pool;
    wanted.address = request.address;
    wanted.kind = request.gateway ? ipam::Kind::Gateway : ipam::Kind::Container;
    wanted.container = request.container_name;
    const auto given = allocator_.request_address(wanted);
    if (!given) {
        return Refusal(given.error().what);
    }
    return docker::AddressWithLength{given->address, width(given->address.family())};
}

Answer<void> AddressAdapter::release_address(const docker::ReleaseAddressRequest& request) {
    if (const auto released = allocator_.release_address(request.address); !released) {
        return Refusal(released.error().what);
    }
    return {};
}

Answer<void> AddressAdapter::check_subnet(const net::Prefix& subnet) {
    const bool v6 = subnet.family() == net::Family::IPv6;
    if (const auto granted = allocator_.request_pool({subnet, std::nullopt, v6}); !granted) {
        return Refusal(granted.error().what);
    }
    return {};
}

}  // namespace routeproof::agent
