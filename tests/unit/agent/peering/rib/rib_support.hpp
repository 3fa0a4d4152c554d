// UPDATEs and rules of admission with good defaults, for the tests of the RIBs.
#pragma once

#include "agent/peering/rib/adj_rib_in.hpp"
#include "tests/unit/agent/peering/support.hpp"

namespace routeproof::bgp {

inline const Policy kPool = Policy::accept_inside({prefix("172.16.100.0/24")});

inline AdmissionContext host_rules(const Policy& policy = kPool) {
    AdmissionContext context;
    context.local_as = net::Asn(65100);
    context.own_addresses = {address("10.100.0.254")};
    context.policy = &policy;
    return context;
}

inline RouteSource leaf1() {
    return {address("10.100.0.253"), net::Asn(65000), net::RouterId(1), false};
}

inline RouteSource leaf2() {
    return {address("10.101.0.253"), net::Asn(65001), net::RouterId(2), false};
}

/// As the leaf itself would send it.
inline Update announce(const RouteSource& leaf, std::vector<net::Prefix> nlri) {
    Update update;
    update.attributes.origin = Origin::Igp;
    update.attributes.as_path = net::AsPath::sequence({leaf.peer_as, net::Asn(65101)});
    update.attributes.next_hop = leaf.peer;
    update.nlri = std::move(nlri);
    return update;
}

inline Update withdraw(std::vector<net::Prefix> prefixes) {
    Update update;
    update.withdrawn_routes = std::move(prefixes);
    return update;
}

/// An Adj-RIB-In that speaks of prefixes where the real one speaks of slots.
struct InRib {
    explicit InRib(RouteSource source, AdmissionContext rules = host_rules()) {
        rib.set_session(source, std::move(rules));
    }

    std::vector<net::Prefix> named(const std::vector<Slot>& slots) const {
        std::vector<net::Prefix> names;
        for (const Slot slot : slots) {
            names.push_back(prefixes[slot]);
        }
        return names;
    }
    std::vector<net::Prefix> apply(const Update& update) {
        std::vector<Slot> changed;
        rib.apply(update, changed);
        return named(changed);
    }
    std::vector<net::Prefix> sweep(AfiSafi family, AdjRibIn::Stale why) {
        std::vector<Slot> changed;
        rib.sweep(family, why, changed);
        return named(changed);
    }
    std::optional<Route> find(const net::Prefix& prefix) {
        const auto slot = prefixes.find(prefix);
        return slot ? rib.find(*slot, scratch) : std::nullopt;
    }
    std::optional<Admission> admission(const net::Prefix& prefix) const {
        const auto slot = prefixes.find(prefix);
        const auto shown = slot ? rib.show(*slot) : std::nullopt;
        return shown ? std::optional(shown->admission) : std::nullopt;
    }
    std::size_t size() const { return rib.size(net::Family::IPv4) + rib.size(net::Family::IPv6); }
    std::size_t accepted() const {
        return rib.accepted(net::Family::IPv4) + rib.accepted(net::Family::IPv6);
    }

    PrefixTable prefixes;
    AttributePool pool;
    AdjRibIn rib{prefixes, pool};
    std::optional<PathAttributes> scratch;
};

}  // namespace routeproof::bgp
