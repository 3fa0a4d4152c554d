// What the kernel holds against what it should hold: a pure comparison, for the start of the agent
// and for every later look. Nothing is flushed; what is right stays untouched.
#pragma once

#include "agent/kernel/links.hpp"
#include "agent/kernel/routes.hpp"

namespace routeproof::kernel {

struct Actual {
    std::vector<Link> host_links;             // rp… only
    std::vector<Route> routes;                // own protocol only
    std::vector<std::string> container_ends;  // rc…: no container has them (not yet, or no more)

    friend bool operator==(const Actual&, const Actual&) = default;
};

struct ExpectedEndpoint {
    std::string endpoint_id;
    net::Address address;
    /// The container's network namespace is known to exist. False proves nothing by itself: its
    /// file may be out of our sight.
    bool has_sandbox = false;
};

struct LearnedRoute {
    net::Prefix prefix;
    std::vector<net::Address> gateways;
};

struct Expected {
    std::vector<ExpectedEndpoint> endpoints;  // those that joined and did not leave
    std::vector<net::Prefix> blocks;
    /// Empty at start: what an earlier life learned is removed, the sessions bring it anew.
    std::vector<LearnedRoute> learned;
    std::optional<net::Address> preferred_source;
};

struct Changes {
    std::vector<Route> remove_routes;
    std::vector<std::string> remove_links;  // host ends without an endpoint
    std::vector<Route> add_routes;          // replace() each
    /// Endpoints whose host end is gone although their sandbox is there: a Join that was never
    /// finished, or somebody removed the link. Nothing leads to the container.
    std::vector<std::string> endpoints_without_link;
    /// Endpoints whose container is gone: it ended while no agent was there to be told. Docker has
    /// forgotten them by now, so nobody else will ever clean up.
    std::vector<std::string> dead_endpoints;

    bool empty() const {
        return remove_routes.empty() && remove_links.empty() && add_routes.empty();
    }
    friend bool operator==(const Changes&, const Changes&) = default;
};

Changes compare(const Actual& actual, const Expected& expected);

Result<Actual> read_actual(RtnlSocket& socket);
/// Removes, then adds; goes on after a failure and returns all of them.
std::vector<Failure> apply(RtnlSocket& socket, const Changes& changes);

}  // namespace routeproof::kernel
