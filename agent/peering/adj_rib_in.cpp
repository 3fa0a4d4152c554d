#include "agent/peering/adj_rib_in.hpp"

namespace routeproof::bgp {
namespace {

bool useless(const net::Address& next_hop, const Route& route, const AdmissionContext& context) {
    // Loopback leads nowhere, unless the session itself runs over it (tests, route servers).
    const bool loopback = next_hop.is_loopback() && !route.source.peer.is_loopback();
    const bool reserved = next_hop.is_v4() && next_hop.octets()[0] >= 240;
    const bool this_network = next_hop.is_v4() && next_hop.octets()[0] == 0;
    return loopback || reserved || this_network || next_hop.is_unspecified() ||
           next_hop.is_multicast() || next_hop == context.local_address;
}

}  // namespace

std::string_view to_string(Admission admission) {
    switch (admission) {
        case Admission::Accepted:
            return "accepted";
        case Admission::NotInPolicy:
            return "not in the import policy";
        case Admission::OwnAs:
            return "our own AS is in the path";
        case Admission::ForeignPath:
            return "the path does not begin with the peer's AS";
        case Admission::UselessNextHop:
            break;
    }
    return "the next hop cannot be used";
}

Admission admit(const Route& route, const AdmissionContext& context) {
    const auto& path = route.attributes->as_path;
    if (path && path->contains(context.local_as) && !route.source.internal) {
        return Admission::OwnAs;
    }
    if (!route.source.internal && (!path || path->first() != route.source.peer_as)) {
        return Admission::ForeignPath;
    }
    if (useless(route.next_hop, route, context)) {
        return Admission::UselessNextHop;
    }
    return Admission::Accepted;
}

std::vector<net::Prefix> AdjRibIn::apply(const Update& update, const AdmissionContext& context) {
    std::vector<net::Prefix> changed;
    for (const auto& prefix : update.withdrawn_routes) {
        withdraw(prefix, changed);
    }
    if (update.mp_unreach) {
        for (const auto& prefix : update.mp_unreach->withdrawn_routes) {
            withdraw(prefix, changed);
        }
    }
    const bool withdrawn = update.action >= ErrorAction::TreatAsWithdraw;  // RFC 7606 2
    const auto attributes = std::make_shared<const PathAttributes>(update.attributes);
    const auto take = [&](const std::vector<net::Prefix>& nlri, const net::Address& next_hop) {
        const Route route{attributes, next_hop, source_};
        for (const auto& prefix : nlri) {
            if (withdrawn) {
                withdraw(prefix, changed);
            } else {
                insert(prefix, route, context, changed);
            }
        }
    };
    if (update.mp_reach) {
        // Of two addresses for IPv6 (RFC 2545) the global one: the kernel needs no scope for it.
        take(update.mp_reach->nlri, update.mp_reach->next_hop);
    }
    take(update.nlri, update.attributes.next_hop.value_or(net::Address{}));
    return changed;
}

const Route* AdjRibIn::find(const net::Prefix& prefix) const {
    const auto found = routes_.find(prefix);
    const bool usable = found != routes_.end() && found->second.admission == Admission::Accepted;
    return usable ? &found->second.route : nullptr;
}

std::vector<net::Prefix> AdjRibIn::prefixes() const {
    std::vector<net::Prefix> all;
    all.reserve(routes_.size());
    for (const auto& [prefix, entry] : routes_) {
        all.push_back(prefix);
    }
    return all;
}

void AdjRibIn::withdraw(const net::Prefix& prefix, std::vector<net::Prefix>& changed) {
    const auto found = routes_.find(prefix);
    if (found == routes_.end()) {
        return;
    }
    if (found->second.admission == Admission::Accepted) {
        --accepted_;
        changed.push_back(prefix);
    }
    routes_.erase(found);
}

void AdjRibIn::insert(const net::Prefix& prefix,
                      const Route& route,
                      const AdmissionContext& context,
                      std::vector<net::Prefix>& changed) {
    Admission admission = admit(route, context);
    // RFC 8950 is not offered, so nobody may send such a one; the kernel would refuse it together
    // with the good next hops beside it.
    if (admission == Admission::Accepted && route.next_hop.family() != prefix.family()) {
        admission = Admission::UselessNextHop;
    }
    if (admission == Admission::OwnAs) {
        withdraw(prefix, changed);  // it replaces what the peer said before
        return;
    }
    if (admission == Admission::Accepted && !context.policy.accepts(prefix)) {
        admission = Admission::NotInPolicy;
    }
    const auto [at, added] = routes_.try_emplace(prefix, Entry{route, admission});
    const bool was_accepted = !added && at->second.admission == Admission::Accepted;
    const bool is_accepted = admission == Admission::Accepted;
    at->second = Entry{route, admission};
    accepted_ = accepted_ + (is_accepted ? 1 : 0) - (was_accepted ? 1 : 0);
    if (was_accepted || is_accepted) {
        changed.push_back(prefix);
    }
}

}  // namespace routeproof::bgp
