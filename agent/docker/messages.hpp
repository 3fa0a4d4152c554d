// The JSON of every call of the remote network driver and IPAM driver protocols.
//
// Reading: unknown members are ignored, missing or mistyped ones are refused by a sentence, and an
// empty body where one is needed is refused too (dockerd repeats a call after a transport error
// with the reader already drained: it must not pass for "all defaults").
#pragma once

#include "agent/docker/answer.hpp"
#include "inventory/net/prefix.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::docker {

using Options = std::map<std::string, std::string>;

/// An address with a mask whose host bits may be set: "172.16.100.254/24".
struct AddressWithLength {
    net::Address address;
    unsigned length = 0;

    std::string to_string() const;
    friend bool operator==(const AddressWithLength&, const AddressWithLength&) = default;
};

/// One subnet of a network with what IPAM reserved in it.
struct IpamData {
    net::Prefix pool;
    std::optional<AddressWithLength> gateway;
    std::map<std::string, AddressWithLength> aux_addresses;

    friend bool operator==(const IpamData&, const IpamData&) = default;
};

struct CreateNetworkRequest {
    std::string network_id;
    Options options;        // -o key=value
    bool internal = false;  // --internal
    std::vector<IpamData> ipv4;
    std::vector<IpamData> ipv6;

    friend bool operator==(const CreateNetworkRequest&, const CreateNetworkRequest&) = default;
};

struct NetworkRequest {  // DeleteNetwork, FreeNetwork
    std::string network_id;

    friend bool operator==(const NetworkRequest&, const NetworkRequest&) = default;
};

struct CreateEndpointRequest {
    std::string network_id;
    std::string endpoint_id;
    std::optional<AddressWithLength> address;
    std::optional<AddressWithLength> address_v6;
    std::string mac_address;  // empty: any
    Options options;          // driver-opt=k=v; Docker's own com.docker.* keys left out

    friend bool operator==(const CreateEndpointRequest&, const CreateEndpointRequest&) = default;
};

/// DeleteEndpoint, Leave, EndpointOperInfo, ProgramExternalConnectivity, Revoke….
struct EndpointRequest {
    std::string network_id;
    std::string endpoint_id;

    friend bool operator==(const EndpointRequest&, const EndpointRequest&) = default;
};

struct JoinRequest {
    std::string network_id;
    std::string endpoint_id;
    std::string sandbox_key;

    friend bool operator==(const JoinRequest&, const JoinRequest&) = default;
};

struct JoinReply {
    std::string source_name;  // the link to move into the container
    std::string destination_prefix = "eth";
    std::optional<net::Address> gateway;
    std::optional<net::Address> gateway_v6;
    std::vector<net::Prefix> connected_routes;  // RouteType 1

    friend bool operator==(const JoinReply&, const JoinReply&) = default;
};

struct RequestPoolRequest {
    std::string address_space;
    std::optional<net::Prefix> pool;      // --subnet
    std::optional<net::Prefix> sub_pool;  // --ip-range
    bool v6 = false;
    Options options;

    friend bool operator==(const RequestPoolRequest&, const RequestPoolRequest&) = default;
};

struct ReleasePoolRequest {
    std::string pool_id;

    friend bool operator==(const ReleasePoolRequest&, const ReleasePoolRequest&) = default;
};

struct RequestAddressRequest {
    std::string pool_id;
    std::optional<net::Address> address;
    bool gateway = false;        // RequestAddressType: com.docker.network.gateway
    std::string container_name;  // com.docker.network.endpoint.name, dockerd 29 on

    friend bool operator==(const RequestAddressRequest&, const RequestAddressRequest&) = default;
};

struct ReleaseAddressRequest {
    std::string pool_id;
    net::Address address;

    friend bool operator==(const ReleaseAddressRequest&, const ReleaseAddressRequest&) = default;
};

// One decoder per request; `body` is the raw HTTP body.
Answer<CreateNetworkRequest> decode_create_network(std::string_view body);
Answer<NetworkRequest> decode_network(std::string_view body);
Answer<CreateEndpointRequest> decode_create_endpoint(std::string_view body);
Answer<EndpointRequest> decode_endpoint(std::string_view body);
Answer<JoinRequest> decode_join(std::string_view body);
Answer<RequestPoolRequest> decode_request_pool(std::string_view body);
Answer<ReleasePoolRequest> decode_release_pool(std::string_view body);
Answer<RequestAddressRequest> decode_request_address(std::string_view body);
Answer<ReleaseAddressRequest> decode_release_address(std::string_view body);

// Replies.
std::string encode_activate();
std::string encode_network_capabilities();
std::string encode_gateway_check();
std::string encode_network_allocated();
std::string encode_endpoint_created();
std::string encode_join(const JoinReply& reply);
std::string encode_oper_info();
std::string encode_ipam_capabilities();
std::string encode_address_spaces();
std::string encode_pool(std::string_view pool_id, const net::Prefix& pool);
std::string encode_address(const AddressWithLength& address);
std::string encode_empty();
/// Both keys: NetworkDriver clients read Err, IpamDriver clients Error.
std::string encode_error(std::string_view sentence);

}  // namespace routeproof::docker
