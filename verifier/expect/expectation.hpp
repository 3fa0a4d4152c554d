// What the routers must hold, as far as inventory and hosts say so.
#pragma once

#include "drivers/failure.hpp"
#include "inventory/announcement.hpp"
#include "inventory/model.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace routeproof::verifier {

/// What one host said about itself, or why it said nothing.
struct HostAccount {
    enum class Source {
        Agent,     // asked over SSH
        File,      // --expect
        NotAsked,  // no address in the inventory, or not in the --expect file
    };

    std::string host;
    Source source = Source::NotAsked;
    std::optional<inventory::HostReport> report;
    std::optional<drivers::Failure> failure;  // set: it was asked and nothing came of it
    bool missing_in_file = false;             // --expect is given and says nothing about it

    friend bool operator==(const HostAccount&, const HostAccount&) = default;
};

/// One announcement on one router.
struct ExpectedRoute {
    std::string host;
    std::string router;
    net::Prefix prefix;
    inventory::AnnouncementKind kind = inventory::AnnouncementKind::Block;
    bool required = true;                 // false while the host drains: may be there or not
    bool direct = false;                  // the host peers with this router
    unsigned hops = 0;                    // AS numbers in the shortest path
    std::vector<net::Address> peers;      // direct: the host's addresses on its peerings here
    std::vector<net::Asn> origins;        // the AS of the host; of every host for anycast
    std::vector<net::Address> next_hops;  // those on a shortest way, sorted

    friend bool operator==(const ExpectedRoute&, const ExpectedRoute&) = default;
};

/// One container's address on one router.
struct ExpectedWorkload {
    std::string host;
    std::string router;
    net::Address address;
    std::string container;
    net::Prefix covered_by;  // the announcement that must be the longest match
    std::vector<net::Asn> origins;

    friend bool operator==(const ExpectedWorkload&, const ExpectedWorkload&) = default;
};

/// One BGP session on one router: with a host, or with another router.
struct ExpectedSession {
    std::string router;
    std::string peer;  // name
    bool with_host = false;
    net::Address peer_address;
    net::Asn peer_as;

    friend bool operator==(const ExpectedSession&, const ExpectedSession&) = default;
};

/// Narrows what is proven; an empty list means all. Strangers and duplicates are still judged
/// against what every host announces.
struct Scope {
    std::vector<std::string> routers;
    std::vector<std::string> hosts;

    bool has_router(std::string_view name) const;
    bool has_host(std::string_view name) const;
};

/// A router that is looked into and a host of which the inventory's links do not say how, or
/// whether, they are connected.
struct Unlinked {
    std::string router;  // empty: no router at all is looked into
    std::string host;

    friend bool operator==(const Unlinked&, const Unlinked&) = default;
};

struct Expectations {
    inventory::Inventory inventory;
    Scope scope;
    std::vector<HostAccount> hosts;            // all of them, in the order of the inventory
    std::vector<std::string> routers;          // those to be looked into
    std::vector<std::string> not_looked_into;  // known to the topology only
    std::vector<ExpectedSession> sessions;
    std::vector<ExpectedRoute> routes;
    std::vector<ExpectedWorkload> workloads;
    std::vector<Unlinked> unlinked;
    /// Who says (or of whom the inventory says) that it announces the prefix now.
    std::map<net::Prefix, std::vector<std::string>> announcers;

    const HostAccount* account(std::string_view host) const;
    /// True if the host's agent should have been asked and could not be.
    bool is_unknown(std::string_view host) const;
    bool announces(std::string_view host, const net::Prefix& prefix) const;
    /// The inventory's host with this AS, if exactly one has it.
    const inventory::Host* host_of(net::Asn asn) const;
    /// True if a router or a host of the inventory has it.
    bool knows(net::Asn asn) const;
};

}  // namespace routeproof::verifier
