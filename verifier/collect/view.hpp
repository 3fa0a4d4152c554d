// One router's answers, indexed by prefix, and the questions that several checks put to them.
#pragma once

#include "inventory/net/prefix_map.hpp"
#include "verifier/collect/observation.hpp"

#include <optional>
#include <vector>

namespace routeproof::verifier {

/// Borrows the observation: it must outlive the view.
class RouterView {
public:
    explicit RouterView(const RouterObservation& observation);

    const RouterObservation& observation() const { return *observation_; }
    const std::string& name() const { return observation_->router; }
    /// True if "no such route" may be concluded: the question was answered from a real table.
    bool has_table() const;
    /// The router says that it has no BGP sessions to show, and its table is empty: Junos without
    /// BGP answers so, and so does a login that sees another instance. Not a table to conclude
    /// from.
    bool is_without_bgp() const;

    /// All paths of the prefix, accepted or not, in the router's order.
    const std::vector<const drivers::Route*>& paths(const net::Prefix& prefix) const;
    /// The path that this peer sent; where the OS does not name the peer, its next hop tells.
    /// An accepted one before a rejected one; nullptr if there is none.
    const drivers::Route* path_from(const net::Prefix& prefix, const net::Address& peer) const;
    /// Accepted paths that are best or in the multipath set.
    std::vector<const drivers::Route*> selected(const net::Prefix& prefix) const;
    /// The longest prefix with a selected path that covers the address.
    std::optional<net::Prefix> longest_match(const net::Address& address) const;

    const net::PrefixMap<std::vector<const drivers::Route*>>& all() const { return routes_; }

private:
    const RouterObservation* observation_;
    net::PrefixMap<std::vector<const drivers::Route*>> routes_;
    net::PrefixMap<bool> in_use_;  // prefixes with a selected path
};

/// All next hops of these paths, sorted, each once.
std::vector<net::Address> next_hops_of(const std::vector<const drivers::Route*>& paths);

/// Borrows the observations.
class Views {
public:
    explicit Views(const Observations& observations);

    /// nullptr: nobody was sent to look.
    const RouterView* find(const std::string& router) const;

private:
    std::map<std::string, RouterView> views_;
};

}  // namespace routeproof::verifier
