// What the local API says about addresses: GET /v1/ipam (schema "routeproof.ipam/1") and
// POST /v1/ipam/release, for `routeproof ipam`.
#pragma once

#include "agent/docker/registry.hpp"
#include "agent/http/server.hpp"
#include "agent/ipam/allocator.hpp"

#include <optional>
#include <string>

namespace routeproof::agent {

class IpamApi {
public:
    /// Both must outlive it.
    IpamApi(ipam::Allocator& allocator, const docker::Registry& registry)
        : allocator_(allocator), registry_(registry) {}

    /// Nothing: not a path of ours. `store_trouble`: why the shared store cannot be looked into;
    /// empty: it can, or there is none.
    std::optional<http::Reply> answer(const http::Request& request,
                                      const std::string& store_trouble);

private:
    http::Reply show(const std::string& store_trouble) const;
    http::Reply release(std::string_view body);
    std::string trouble(const ipam::Allocation& allocation) const;

    ipam::Allocator& allocator_;
    const docker::Registry& registry_;
};

}  // namespace routeproof::agent
