#include "agent/app/ipam_api.hpp"

#include "agent/control/refusal.hpp"

#include <nlohmann/json.hpp>

namespace routeproof::agent {
namespace {

using Json = nlohmann::ordered_json;
using http::Reply;

constexpr unsigned kOk = 200;
constexpr unsigned kBadRequest = 400;
constexpr unsigned kConflict = 409;
constexpr unsigned kMethodNotAllowed = 405;
constexpr unsigned kInternal = 500;
/// dockerd asks for an address and makes the endpoint within seconds, or gives up after 30.
constexpr std::chrono::seconds kStarting{60};

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::optional<Reply> IpamApi::answer(const http::Request& request,
                                     const std::string& store_trouble) {
    if (request.path == "v1/ipam") {
        return request.verb == "GET" ? show(store_trouble)
                                     : control::refuse(kMethodNotAllowed, "there is GET /v1/ipam");
    }
    if (request.path == "v1/ipam/release") {
        return request.verb == "POST"
                   ? release(request.body)
                   : control::refuse(kMethodNotAllowed, "there is POST /v1/ipam/release");
    }
    return std::nullopt;
}

// Of other hosts' addresses only they know.
std::string IpamApi::trouble(const ipam::Allocation& allocation) const {
    if (allocation.host != allocator_.configuration().host ||
        allocation.kind == ipam::Kind::Gateway) {
        return "";
    }
    if (allocation.is_bound()) {
        return registry_.endpoint(allocation.endpoint) == nullptr
                   ? "leaked: Docker has removed its endpoint"
                   : "";
    }
    return registry_.now() - allocation.since > kStarting ? "unused: no container has it" : "";
}

Reply IpamApi::show(const std::string& store_trouble) const {
    const auto allocations = allocator_.allocations();
    const auto blocks = allocator_.blocks();
    if (!allocations || !blocks) {
        return control::refuse(kInternal,
                               (allocations ? blocks.error() : allocations.error()).what);
    }
    Json shown_blocks = Json::array();
    for (const ipam::Block& block : *blocks) {
        shown_blocks.push_back(Json::parse(ipam::to_json(block)));
    }
    Json addresses = Json::array();
    for (const ipam::Allocation& allocation : *allocations) {
        Json shown = Json::parse(ipam::to_json(allocation));
        shown["trouble"] = trouble(allocation);
        addresses.push_back(std::move(shown));
    }
    return {kOk,
            text_of({{"schema", "routeproof.ipam/1"},
                     {"host", allocator_.configuration().host},
                     {"store_trouble", store_trouble},
                     {"blocks", std::move(shown_blocks)},
                     {"addresses", std::move(addresses)}})};
}

Reply IpamApi::release(std::string_view body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    const auto text = json.is_object() ? json.value("address", nlohmann::json()) : nlohmann::json();
    const auto address = net::Address::parse(text.is_string() ? text.get<std::string>() : "");
    if (!address) {
        return control::refuse(kBadRequest, R"(expected {"address": "172.16.100.1"})");
    }
    const auto found = allocator_.find(*address);
    if (!found) {
        return control::refuse(kInternal, found.error().what);
    }
    if (!*found) {
        return control::refuse(kConflict, address->to_string() + " is free already");
    }
    const ipam::Allocation& known = **found;
    if (known.host != allocator_.configuration().host) {
        return control::refuse(
            kConflict, address->to_string() + " is host " + known.host + "'s; release it there");
    }
    if (known.is_bound() && registry_.endpoint(known.endpoint) != nullptr) {
        return control::refuse(kConflict,
                               address->to_string() + " is in use by " +
                                   (known.container.empty() ? "endpoint " + known.endpoint
                                                            : "container " + known.container) +
                                   "; stop it first");
    }
    auto released = allocator_.unbind(*address, known.endpoint);
    if (released) {
        released = allocator_.release_address(*address);
    }
    return released ? Reply{kOk, text_of({{"released", address->to_string()}})}
                    : control::refuse(kInternal, released.error().what);
}

}  // namespace routeproof::agent
