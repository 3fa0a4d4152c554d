#include "agent/docker/messages.hpp"

#include "agent/docker/json_reader.hpp"

namespace routeproof::docker {
namespace {

using nlohmann::json;

// Literal keys with dots, as dockerd spells them.
constexpr const char* kGeneric = "com.docker.network.generic";
constexpr const char* kInternal = "com.docker.network.internal";
constexpr const char* kGateway = "com.docker.network.gateway";
constexpr const char* kEndpointName = "com.docker.network.endpoint.name";
constexpr std::string_view kDockersOwn = "com.docker.network.";

/// Texts as they are; numbers and truth values, which a user cannot type, in their JSON form.
std::string option_text(const json& value) {
    return value.is_string() ? value.get<std::string>() : dump(value);
}

Options options_of(const json& object) {
    Options options;
    for (const auto& [key, value] : object.items()) {
        options.emplace(key, option_text(value));
    }
    return options;
}

/// What the user gave as driver-opt: everything that dockerd did not put there itself.
Options driver_options(const json& object) {
    Options options = options_of(object);
    std::erase_if(options, [](const auto& option) {
        return std::string_view(option.first).starts_with(kDockersOwn);
    });
    return options;
}

std::optional<IpamData> ipam_data(const json& object, JsonReader& outer) {
    JsonReader reader(object);
    IpamData data;
    const auto pool = reader.prefix("Pool");
    data.gateway = reader.address_with_length("Gateway");
    const json& auxiliary = reader.object("AuxAddresses");
    JsonReader names(auxiliary);
    for (const auto& [name, value] : auxiliary.items()) {
        if (const auto address = names.address_with_length(name.c_str())) {
            data.aux_addresses.emplace(name, *address);
        }
    }
    if (reader.failed() || names.failed()) {
        outer.fail(reader.failed() ? reader.error() : names.error());
    } else if (!pool) {
        outer.fail("member \"Pool\" of the network's address data is missing");
    }
    if (outer.failed()) {
        return std::nullopt;
    }
    data.pool = *pool;
    return data;
}

std::vector<IpamData> ipam_list(JsonReader& reader, const char* key) {
    std::vector<IpamData> list;
    for (const json& one : reader.array(key)) {
        if (auto data = ipam_data(one, reader)) {
            list.push_back(std::move(*data));
        }
    }
    return list;
}

std::string pool_id_of(JsonReader& reader) {
    std::string id = reader.text("PoolID");
    if (id.empty()) {
        reader.fail("member \"PoolID\" is missing");
    }
    return id;
}

/// Reads the body and hands a reader over it to `fill`, which returns the value.
template <class T, class Fill>
Answer<T> decode(std::string_view body, Fill fill) {
    json object;
    if (const auto parsed = parse_object(body, object); !parsed) {
        return parsed.error();
    }
    JsonReader reader(object);
    T value = fill(reader);
    return reader.finish(std::move(value));
}

json static_route(const net::Prefix& destination) {
    constexpr int kConnected = 1;
    return {{"Destination", destination.to_string()}, {"RouteType", kConnected}, {"NextHop", ""}};
}

}  // namespace

std::string AddressWithLength::to_string() const {
    return address.to_string() + "/" + std::to_string(length);
}

Answer<CreateNetworkRequest> decode_create_network(std::string_view body) {
    return decode<CreateNetworkRequest>(body, [](JsonReader& reader) {
        CreateNetworkRequest request;
        request.network_id = reader.id("NetworkID");
        JsonReader options(reader.object("Options"));
        request.options = options_of(options.object(kGeneric));
        request.internal = options.flag(kInternal);
        request.ipv4 = ipam_list(reader, "IPv4Data");
        request.ipv6 = ipam_list(reader, "IPv6Data");
        return request;
    });
}

Answer<NetworkRequest> decode_network(std::string_view body) {
    return decode<NetworkRequest>(
        body, [](JsonReader& reader) { return NetworkRequest{reader.id("NetworkID")}; });
}

Answer<CreateEndpointRequest> decode_create_endpoint(std::string_view body) {
    return decode<CreateEndpointRequest>(body, [](JsonReader& reader) {
        CreateEndpointRequest request;
        request.network_id = reader.id("NetworkID");
        request.endpoint_id = reader.endpoint_id("EndpointID");
        JsonReader interface(reader.object("Interface"));
        request.address = interface.address_with_length("Address");
        request.address_v6 = interface.address_with_length("AddressIPv6");
        request.mac_address = interface.text("MacAddress");
        if (interface.failed()) {
            reader.fail(interface.error());
        }
        request.options = driver_options(reader.object("Options"));
        return request;
    });
}

Answer<EndpointRequest> decode_endpoint(std::string_view body) {
    return decode<EndpointRequest>(body, [](JsonReader& reader) {
        return EndpointRequest{reader.id("NetworkID"), reader.endpoint_id("EndpointID")};
    });
}

Answer<JoinRequest> decode_join(std::string_view body) {
    return decode<JoinRequest>(body, [](JsonReader& reader) {
        JoinRequest request{
            reader.id("NetworkID"), reader.endpoint_id("EndpointID"), reader.text("SandboxKey")};
        if (request.sandbox_key.empty()) {
            reader.fail("member \"SandboxKey\" is missing");
        }
        return request;
    });
}

Answer<RequestPoolRequest> decode_request_pool(std::string_view body) {
    return decode<RequestPoolRequest>(body, [](JsonReader& reader) {
        RequestPoolRequest request;
        request.address_space = reader.text("AddressSpace");
        request.pool = reader.prefix("Pool");
        request.sub_pool = reader.prefix("SubPool");
        request.v6 = reader.flag("V6");
        request.options = options_of(reader.object("Options"));
        return request;
    });
}

Answer<ReleasePoolRequest> decode_release_pool(std::string_view body) {
    return decode<ReleasePoolRequest>(
        body, [](JsonReader& reader) { return ReleasePoolRequest{pool_id_of(reader)}; });
}

Answer<RequestAddressRequest> decode_request_address(std::string_view body) {
    return decode<RequestAddressRequest>(body, [](JsonReader& reader) {
        RequestAddressRequest request;
        request.pool_id = pool_id_of(reader);
        request.address = reader.address("Address");
        const Options options = options_of(reader.object("Options"));
        const auto type = options.find("RequestAddressType");
        request.gateway = type != options.end() && type->second == kGateway;
        const auto name = options.find(kEndpointName);
        request.container_name = name != options.end() ? name->second : "";
        return request;
    });
}

Answer<ReleaseAddressRequest> decode_release_address(std::string_view body) {
    return decode<ReleaseAddressRequest>(body, [](JsonReader& reader) {
        ReleaseAddressRequest request{pool_id_of(reader), {}};
        if (const auto address = reader.address("Address")) {
            request.address = *address;
        } else {
            reader.fail("member \"Address\" is missing");
        }
        return request;
    });
}

std::string encode_activate() {
    return dump({{"Implements", {"NetworkDriver", "IpamDriver"}}});
}

std::string encode_network_capabilities() {
    // GwAllocChecker is read by dockerd 28 and later.
    return dump({{"Scope", "local"}, {"ConnectivityScope", "global"}, {"GwAllocChecker", true}});
}

std::string encode_gateway_check() {
    return dump({{"SkipIPv4", true}, {"SkipIPv6", true}});
}

std::string encode_network_allocated() {
    return dump({{"Options", json::object()}});
}

std::string encode_endpoint_created() {
    // Only fields that came empty may be filled in; repeating one is an error for dockerd.
    return dump({{"Interface", json::object()}});
}

std::string encode_join(const JoinReply& reply) {
    json object{{"InterfaceName",
                 {{"SrcName", reply.source_name}, {"DstPrefix", reply.destination_prefix}}},
                {"StaticRoutes", json::array()},
                {"DisableGatewayService", false}};
    if (reply.gateway) {
        object["Gateway"] = reply.gateway->to_string();
    }
    if (reply.gateway_v6) {
        object["GatewayIPv6"] = reply.gateway_v6->to_string();
    }
    for (const net::Prefix& destination : reply.connected_routes) {
        object["StaticRoutes"].push_back(static_route(destination));
    }
    return dump(object);
}

std::string encode_oper_info() {
    return dump({{"Value", json::object()}});
}

std::string encode_ipam_capabilities() {
    return dump({{"RequiresMACAddress", false}, {"RequiresRequestReplay", true}});
}

std::string encode_address_spaces() {
    return dump({{"LocalDefaultAddressSpace", "local"}, {"GlobalDefaultAddressSpace", "global"}});
}

std::string encode_pool(std::string_view pool_id, const net::Prefix& pool) {
    // With a gateway in Data dockerd asks for none, so that every address of the pool, .1 too, is
    // free for containers; the real gateway is link-local and comes with Join.
    const char* const none = pool.family() == net::Family::IPv4 ? "0.0.0.0/0" : "::/0";
    return dump({{"PoolID", pool_id}, {"Pool", pool.to_string()}, {"Data", {{kGateway, none}}}});
}

std::string encode_address(const AddressWithLength& address) {
    return dump({{"Address", address.to_string()}, {"Data", json::object()}});
}

std::string encode_empty() {
    return "{}";
}

std::string encode_error(std::string_view sentence) {
    return dump({{"Err", sentence}, {"Error", sentence}});
}

}  // namespace routeproof::docker
