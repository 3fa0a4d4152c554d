#include "agent/app/endpoint_backend.hpp"

#include "agent/kernel/links.hpp"
#include "agent/kernel/routes.hpp"

namespace routeproof::agent {

using docker::Answer;
using docker::Refusal;
using log::Severity;

namespace {

constexpr std::uint32_t kDefaultMtu = 1500;

std::string address_of(const docker::Endpoint& endpoint) {
    return endpoint.address ? endpoint.address->to_string() : "none";
}

}  // namespace

EndpointAdapter::EndpointAdapter(ipam::Allocator& allocator,
                                 kernel::RtnlSocket& socket,
                                 Announcer& announcer,
                                 std::optional<net::Address> uplink_address,
                                 log::Sink log)
    : allocator_(allocator),
      socket_(socket),
      announcer_(announcer),
      uplink_address_(uplink_address),
      log_(std::move(log)) {}

Answer<void> EndpointAdapter::create_endpoint(const docker::Network& network,
                                              const docker::Endpoint& endpoint) {
    if (!endpoint.address) {
        return Refusal(
            "the endpoint has no address; a routed network needs one from its own IPAM: "
            "create the network with --ipam-driver routeproof");
    }
    const auto bound =
        allocator_.bind({*endpoint.address, network.id, endpoint.id, endpoint.container});
    if (!bound) {
        return Refusal(bound.error().what);
    }
    return {};
}

Answer<docker::JoinedLink> EndpointAdapter::join(const docker::Network& network,
                                                 const docker::Endpoint& endpoint) {
    kernel::ContainerLink wanted{endpoint.id, kDefaultMtu};
    if (network.mtu) {
        wanted.mtu = *network.mtu;
    } else if (uplink_address_) {
        if (const auto mtu = kernel::mtu_of_address(socket_, *uplink_address_); mtu && *mtu) {
            wanted.mtu = **mtu;
        }
    }
    const auto link = kernel::create_link(socket_, wanted);
    if (!link) {
        return Refusal(link.error().to_string());
    }
    const auto routed =
        kernel::add_device_route(socket_, *endpoint.address, endpoint.id, uplink_address_);
    if (!routed) {
        // Half an endpoint would look joined to whoever comes next.
        (void)kernel::remove_link(socket_, endpoint.id);
        return Refusal(routed.error().to_string());
    }
    announcer_.workload_up(*endpoint.address);
    log_(Severity::Info,
         log::event::kWorkloadUp,
         {{"address", address_of(endpoint)},
          {"link", link->name},
          {"announced_by", announcer_.covering(*endpoint.address).to_string()}});
    return docker::JoinedLink{kernel::container_link_name(endpoint.id), kernel::gateway_address()};
}

Answer<void> EndpointAdapter::leave(const docker::Endpoint& endpoint) {
    if (!endpoint.address) {
        return {};
    }
    announcer_.workload_down(*endpoint.address);
    log_(Severity::Info, log::event::kWorkloadDown, {{"address", address_of(endpoint)}});
    return report("remove route",
                  endpoint,
                  kernel::remove_device_route(socket_, *endpoint.address, endpoint.id));
}

Answer<void> EndpointAdapter::delete_endpoint(const docker::Endpoint& endpoint) {
    const auto removed = kernel::remove_link(socket_, endpoint.id);
    if (endpoint.address) {
        if (const auto unbound = allocator_.unbind(*endpoint.address, endpoint.id); !unbound) {
            return Refusal(unbound.error().what);
        }
    }
    return report("remove link", endpoint, removed);
}

Answer<void> EndpointAdapter::report(const char* what,
                                     const docker::Endpoint& endpoint,
                                     const kernel::Result<void>& done) {
    if (done) {
        return {};
    }
    log_(Severity::Error,
         log::event::kKernelFailed,
         {{"while", what}, {"address", address_of(endpoint)}, {"error", done.error().to_string()}});
    return Refusal(done.error().to_string());
}

}  // namespace routeproof::agent
