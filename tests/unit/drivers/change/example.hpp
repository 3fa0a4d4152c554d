// A change with everything in it, for the renderers of every OS.
#pragma once

#include "drivers/change/objects.hpp"

namespace routeproof::drivers {

inline net::Address address(const char* text) {
    return *net::Address::parse(text);
}

inline net::Prefix prefix(const char* text) {
    return *net::Prefix::parse(text);
}

inline BgpPeer example_peer() {
    BgpPeer peer;
    peer.address = address("192.0.2.1");
    peer.remote_as = net::Asn(64511);
    peer.group = "HOSTS";
    peer.description = "dockerhost3 (rack 4)";
    peer.import_policy = "FROM-HOSTS";
    peer.export_policy = "TO-HOSTS";
    peer.password = Secret("tcp-md5");
    peer.shutdown = false;
    peer.keep_received = true;
    return peer;
}

/// No timers: NX-OS has none for a neighbour.
inline Change example_change() {
    PrefixList list;
    list.name = "CONTAINERS";
    list.or_longer = true;
    list.prefixes = {prefix("198.51.100.0/24"), prefix("203.0.113.7/32")};

    RoutePolicy policy;
    policy.name = "FROM-HOSTS";
    RoutePolicy::Term wanted;
    wanted.prefix_list = "CONTAINERS";
    wanted.or_longer = true;
    wanted.local_preference = 200;
    wanted.med = 10;
    wanted.add_communities = {net::Community(64500, 7)};
    wanted.prepend = {net::Asn(64500), net::Asn(64500)};
    RoutePolicy::Term rest;
    rest.action = RoutePolicy::Term::Action::Reject;
    policy.terms = {wanted, rest};

    PeerBfd bfd;
    bfd.peer = address("192.0.2.1");
    bfd.group = "HOSTS";

    Change change;
    change.router_as = net::Asn(64500);
    change.author = "alice@ops";
    // Deliberately not in the order in which it has to be sent.
    change.items = {bfd, example_peer(), policy, list};
    return change;
}

/// Takes away what example_change() makes.
inline Change example_removal() {
    Change change = example_change();
    for (auto& item : change.items) {
        std::visit(
            [](auto& each) {
                if constexpr (requires { each.presence; }) {
                    each.presence = Presence::Absent;
                }
            },
            item);
    }
    return change;
}

}  // namespace routeproof::drivers
