// The learned routes in the kernel across a restart of the agent (RFC 4724 4.1, the restarting
// speaker). What an earlier life installed stays in force while the sessions come back, so that no
// packet is lost; a route is stale until the speaker reports its prefix again. What no leaf repeats
// goes: per leaf when its End-of-RIB has come, and altogether when time is up.
//
// Decides only; it is handed the function that changes the kernel.
#pragma once

#include "inventory/net/prefix.hpp"

#include <functional>
#include <map>
#include <vector>

namespace routeproof::agent {

class LearnedRoutes {
public:
    using Gateways = std::vector<net::Address>;
    /// Empty gateways: remove the route.
    using Install = std::function<void(const net::Prefix& prefix, const Gateways& gateways)>;

    explicit LearnedRoutes(Install install) : install_(std::move(install)) {}

    /// Found in the kernel at the start; it is there, so nothing is installed.
    void adopt(const net::Prefix& prefix, const Gateways& gateways);
    /// What the speaker says now; empty: nobody offers it any more.
    void learned(const net::Prefix& prefix, const Gateways& gateways);
    /// This leaf has sent its whole table: stale routes lead through it no longer.
    void complete(const net::Address& leaf);
    /// Removes what is stale.
    void sweep();
    /// Removes everything: the agent leaves for good, and nobody would keep it true.
    void clear();

    std::size_t stale() const { return stale_.size(); }
    std::size_t installed() const { return fresh_.size() + stale_.size(); }

private:
    Install install_;
    std::map<net::Prefix, Gateways> stale_;
    std::map<net::Prefix, Gateways> fresh_;
};

}  // namespace routeproof::agent
