#include "agent/docker/plugin.hpp"

#include <ostream>

namespace routeproof::docker {
namespace {

constexpr unsigned kOk = 200;
constexpr unsigned kNotFound = 404;
// Docker takes any status but 200 as final, and the text under Err as the reason.
constexpr unsigned kRefused = 500;

Reply refused(const Refusal& refusal) {
    return {kRefused, encode_error(refusal.sentence)};
}

Reply reply_to(const Answer<void>& answer) {
    return answer ? Reply{kOk, encode_empty()} : refused(answer.error());
}

/// Decodes the body, calls, encodes.
template <class Decode, class Call>
Reply with(Decode decode, std::string_view body, Call call) {
    const auto request = decode(body);
    return request ? call(*request) : refused(request.error());
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Reply& reply) {
    return out << reply.status << ' ' << reply.body;
}

Plugin::Plugin(Registry& registry,
               AddressBackend& addresses,
               EndpointBackend& endpoints,
               Observer observer)
    : addresses_(addresses),
      network_(registry, addresses, endpoints),
      ipam_(addresses),
      observer_(std::move(observer)) {}

Reply Plugin::handle(std::string_view method, std::string_view body) {
    Reply reply = dispatch(method, body);
    if (observer_) {
        observer_({method, body, reply});
    }
    return reply;
}

Reply Plugin::dispatch(std::string_view method, std::string_view body) {
    if (method.starts_with("NetworkDriver.")) {
        return network_call(method.substr(method.find('.') + 1), body);
    }
    if (method.starts_with("IpamDriver.")) {
        return ipam_call(method.substr(method.find('.') + 1), body);
    }
    if (method == "Plugin.Activate") {
        addresses_.replay_begins();
        return {kOk, encode_activate()};
    }
    return unknown(method);
}

Reply Plugin::unknown(std::string_view method) {
    return {kNotFound,
            encode_error("routeproof-agent knows no method \"" + std::string(method) +
                         "\"; this dockerd is newer than the agent")};
}

Reply Plugin::network_call(std::string_view method, std::string_view body) {
    if (method == "CreateNetwork") {
        return with(decode_create_network, body, [this](const auto& request) {
            return reply_to(network_.create_network(request));
        });
    }
    if (method == "DeleteNetwork") {
        return with(decode_network, body, [this](const auto& request) {
            return reply_to(network_.delete_network(request));
        });
    }
    if (method == "CreateEndpoint") {
        return with(decode_create_endpoint, body, [this](const auto& request) {
            const auto made = network_.create_endpoint(request);
            return made ? Reply{kOk, encode_endpoint_created()} : refused(made.error());
        });
    }
    if (method == "DeleteEndpoint") {
        return with(decode_endpoint, body, [this](const auto& request) {
            return reply_to(network_.delete_endpoint(request));
        });
    }
    if (method == "Join") {
        return with(decode_join, body, [this](const auto& request) {
            const auto joined = network_.join(request);
            return joined ? Reply{kOk, encode_join(*joined)} : refused(joined.error());
        });
    }
    if (method == "Leave") {
        return with(decode_endpoint, body, [this](const auto& request) {
            return reply_to(network_.leave(request));
        });
    }
    return network_formality(method);
}

// What means nothing to a routed network. Bodies are not even read: dockerd must never fail here.
Reply Plugin::network_formality(std::string_view method) {
    if (method == "GetCapabilities") {
        return {kOk, encode_network_capabilities()};
    }
    if (method == "GwAllocCheck") {
        return {kOk, encode_gateway_check()};
    }
    if (method == "EndpointOperInfo") {
        return {kOk, encode_oper_info()};
    }
    if (method == "AllocateNetwork") {
        return {kOk, encode_network_allocated()};
    }
    for (const char* known : {"FreeNetwork",
                              "ProgramExternalConnectivity",
                              "RevokeExternalConnectivity",
                              "DiscoverNew",
                              "DiscoverDelete"}) {
        if (method == known) {
            return {kOk, encode_empty()};
        }
    }
    return unknown("NetworkDriver." + std::string(method));
}

Reply Plugin::ipam_call(std::string_view method, std::string_view body) {
    if (method == "RequestAddress") {
        return with(decode_request_address, body, [this](const auto& request) {
            const auto address = ipam_.request_address(request);
            return address ? Reply{kOk, encode_address(*address)} : refused(address.error());
        });
    }
    if (method == "ReleaseAddress") {
        return with(decode_release_address, body, [this](const auto& request) {
            return reply_to(ipam_.release_address(request));
        });
    }
    if (method == "RequestPool") {
        return with(decode_request_pool, body, [this](const auto& request) {
            const auto pool = ipam_.request_pool(request);
            return pool ? Reply{kOk, encode_pool(pool->id, pool->pool)} : refused(pool.error());
        });
    }
    if (method == "ReleasePool") {
        return with(decode_release_pool, body, [this](const auto& request) {
            return reply_to(ipam_.release_pool(request));
        });
    }
    if (method == "GetDefaultAddressSpaces") {
        return {kOk, encode_address_spaces()};
    }
    if (method == "GetCapabilities") {
        return {kOk, encode_ipam_capabilities()};
    }
    return unknown("IpamDriver." + std::string(method));
}

}  // namespace routeproof::docker
