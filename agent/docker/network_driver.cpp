#include "agent/docker/network_driver.hpp"

#include <algorithm>
#include <charconv>

namespace routeproof::docker {
namespace {

Refusal store_failed(const store::Failure& why) {
    return Refusal("the agent's store failed (" + why.message() +
                   "), so nothing was changed; see the log of routeproof-agent on this host");
}

std::string short_id(const std::string& id) {
    return id.substr(0, 12);
}

/// RFC 791: every link carries 68 octets.
constexpr std::uint32_t kSmallestMtu = 68;
constexpr std::uint32_t kLargestMtu = 65535;

Answer<std::optional<std::uint32_t>> mtu_of(const Options& options) {
    for (const char* key : {"mtu", "com.docker.network.driver.mtu"}) {
        const auto at = options.find(key);
        if (at == options.end()) {
            continue;
        }
        const std::string& text = at->second;
        std::uint32_t mtu = 0;
        const char* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, mtu);
        if (error != std::errc() || stop != end || mtu < kSmallestMtu || mtu > kLargestMtu) {
            return Refusal("option " + std::string(key) + "=" + text +
                           " is not an MTU; give a number from 68 to 65535, or leave it out to "
                           "have that of the host's uplink");
        }
        return std::optional(mtu);
    }
    return std::optional<std::uint32_t>();
}

/// Same as far as Docker says it: names and times are ours.
bool same_request(const Network& a, const Network& b) {
    return a.subnets == b.subnets && a.options == b.options && a.internal == b.internal;
}

bool same_request(const Endpoint& a, const Endpoint& b) {
    return a.network_id == b.network_id && a.address == b.address &&
           a.mac_address == b.mac_address && a.options == b.options;
}

Answer<void> check_families(const CreateNetworkRequest& request) {
    if (!request.ipv6.empty()) {
        return Refusal(
            "IPv6 subnets are not served by this version of routeproof; create the network with "
            "an IPv4 --subnet only and without --ipv6");
    }
    if (request.ipv4.empty()) {
        return Refusal(
            "a routed network needs an IPv4 subnet from a pool of this host; give it with "
            "--subnet");
    }
    if (request.internal) {
        return Refusal(
            "internal networks are not served by this version of routeproof; create the network "
            "without --internal");
    }
    return {};
}

Answer<net::Address> address_of(const CreateEndpointRequest& request, const Network& network) {
    if (request.address_v6) {
        return Refusal(
            "IPv6 addresses are not served by this version of routeproof; run the "
            "container without --ip6");
    }
    if (!request.address) {
        return Refusal(
            "the endpoint has no IPv4 address; create the network with routeproof as "
            "--ipam-driver too");
    }
    const net::Address& address = request.address->address;
    const bool inside = std::any_of(
        network.subnets.begin(), network.subnets.end(), [&address](const net::Prefix& subnet) {
            return subnet.contains(address);
        });
    if (!inside) {
        return Refusal("address " + address.to_string() + " is in no subnet of network " +
                       short_id(network.id));
    }
    return address;
}

}  // namespace

NetworkDriver::NetworkDriver(Registry& registry,
                             AddressBackend& addresses,
                             EndpointBackend& endpoints)
    : registry_(registry), addresses_(addresses), endpoints_(endpoints) {}

Answer<void> NetworkDriver::create_network(const CreateNetworkRequest& request) {
    if (auto fine = check_families(request); !fine) {
        return fine;
    }
    Network network;
    network.id = request.network_id;
    network.options = request.options;
    network.internal = request.internal;
    network.created = registry_.now();
    for (const IpamData& data : request.ipv4) {
        if (auto fine = addresses_.check_subnet(data.pool); !fine) {
            return fine;
        }
        network.subnets.push_back(data.pool);
    }
    const auto mtu = mtu_of(request.options);
    if (!mtu) {
        return mtu.error();
    }
    network.mtu = *mtu;
    if (const Network* known = registry_.network(network.id)) {
        return same_request(*known, network)
                   ? Answer<void>()
                   : Refusal("network " + short_id(network.id) +
                             " exists already with other subnets or options; remove it first "
                             "(docker network rm)");
    }
    const auto kept = registry_.put(std::move(network));
    return kept ? Answer<void>() : store_failed(kept.error());
}

Answer<void> NetworkDriver::delete_network(const NetworkRequest& request) {
    // Docker removes a network after its endpoints; those that are left here were forgotten by it.
    std::vector<EndpointRequest> forgotten;
    for (const auto& [id, endpoint] : registry_.endpoints()) {
        if (endpoint.network_id == request.network_id) {
            forgotten.push_back({request.network_id, id});
        }
    }
    for (const EndpointRequest& one : forgotten) {
        if (auto gone = delete_endpoint(one); !gone) {
            return gone;
        }
    }
    if (registry_.network(request.network_id) == nullptr) {
        return {};
    }
    const auto gone = registry_.remove_network(request.network_id);
    return gone ? Answer<void>() : store_failed(gone.error());
}

Answer<void> NetworkDriver::create_endpoint(const CreateEndpointRequest& request) {
    const Network* const network = registry_.network(request.network_id);
    if (network == nullptr) {
        return Refusal("network " + short_id(request.network_id) +
                       " is unknown to routeproof-agent on this host; remove it and create it "
                       "again (docker network rm, docker network create)");
    }
    const auto address = address_of(request, *network);
    if (!address) {
        return address.error();
    }
    Endpoint endpoint;
    endpoint.id = request.endpoint_id;
    endpoint.network_id = request.network_id;
    endpoint.address = *address;
    endpoint.mac_address = request.mac_address;
    endpoint.options = request.options;
    endpoint.created = registry_.now();
    const Endpoint* const known = registry_.endpoint(endpoint.id);
    if (known != nullptr) {
        return same_request(*known, endpoint)
                   ? endpoints_.create_endpoint(*network, *known)
                   : Refusal("endpoint " + short_id(endpoint.id) +
                             " exists already with another address or other options");
    }
    if (auto made = endpoints_.create_endpoint(*network, endpoint); !made) {
        return made;
    }
    const auto kept = registry_.put(endpoint);
    if (!kept) {
        (void)endpoints_.delete_endpoint(endpoint);  // the refusal below is what matters
        return store_failed(kept.error());
    }
    return {};
}

Answer<JoinReply> NetworkDriver::join(const JoinRequest& request) {
    const Network* const network = registry_.network(request.network_id);
    const Endpoint* const known = registry_.endpoint(request.endpoint_id);
    if (network == nullptr || known == nullptr) {
        return Refusal("endpoint " + short_id(request.endpoint_id) +
                       " is unknown to routeproof-agent on this host; start the container again");
    }
    // Every routed network has the same link-local gateway, and a container can reach it one way.
    for (const auto& [id, other] : registry_.endpoints()) {
        if (id != request.endpoint_id && other.is_joined() &&
            other.sandbox == request.sandbox_key) {
            return Refusal("the container already has " +
                           (other.address ? other.address->to_string() : "an address") +
                           " on a routed network, and Routeproof serves one per container so far; "
                           "disconnect it from that network first");
        }
    }
    // Recorded before the kernel is touched: an agent that dies in between finds out at its next
    // start that the link belongs to somebody.
    const Endpoint before = *known;
    Endpoint endpoint = before;
    endpoint.sandbox = request.sandbox_key;
    if (const auto kept = registry_.put(endpoint); !kept) {
        return store_failed(kept.error());
    }
    const auto link = endpoints_.join(*network, endpoint);
    if (!link) {
        (void)registry_.put(before);  // if this fails too, Docker's DeleteEndpoint follows
        return link.error();
    }
    JoinReply reply;
    reply.source_name = link->source_name;
    reply.gateway = link->gateway;
    reply.connected_routes = {net::Prefix::host(link->gateway)};
    return reply;
}

Answer<void> NetworkDriver::leave(const EndpointRequest& request) {
    const Endpoint* const known = registry_.endpoint(request.endpoint_id);
    if (known == nullptr || !known->is_joined()) {
        return {};
    }
    Endpoint endpoint = *known;
    auto left = endpoints_.leave(endpoint);
    // Docker forgets the endpoint whatever we answer, so we record that it left even if the kernel
    // refused; the next comparison with the kernel finishes the work.
    endpoint.sandbox.clear();
    const auto kept = registry_.put(std::move(endpoint));
    if (!left) {
        return left;
    }
    return kept ? Answer<void>() : store_failed(kept.error());
}

Answer<void> NetworkDriver::delete_endpoint(const EndpointRequest& request) {
    const Endpoint* const known = registry_.endpoint(request.endpoint_id);
    if (known == nullptr) {
        return {};
    }
    Endpoint endpoint = *known;
    auto left = leave(request);  // Docker may skip Leave after a crash
    endpoint.sandbox.clear();
    auto deleted = endpoints_.delete_endpoint(endpoint);
    const auto gone = registry_.remove_endpoint(endpoint.id);
    if (!left || !deleted) {
        return !left ? left : deleted;
    }
    return gone ? Answer<void>() : store_failed(gone.error());
}

}  // namespace routeproof::docker
