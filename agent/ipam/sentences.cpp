#include "agent/ipam/sentences.hpp"

namespace routeproof::ipam {
namespace {

/// Docker shows 12 digits of its IDs.
std::string short_id(const std::string& id) {
    return id.substr(0, 12);
}

std::string owner_of(const Allocation& allocation) {
    std::string owner;
    if (allocation.kind == Kind::Gateway) {
        owner = "the gateway of a network";
    } else if (!allocation.container.empty()) {
        owner = "container " + allocation.container;
    } else if (allocation.is_bound()) {
        owner = "the container with endpoint " + short_id(allocation.endpoint);
    } else {
        owner = "a container that is being started";
    }
    return owner + " on host " + allocation.host + " since " + to_rfc3339(allocation.since);
}

}  // namespace

Error taken(const Allocation& allocation) {
    const std::string remedy = allocation.kind == Kind::Gateway
                                   ? "choose another address"
                                   : "stop that container first, or choose another address";
    return {Errc::Taken,
            "address " + allocation.address.to_string() + " is taken by " + owner_of(allocation) +
                "; " + remedy};
}

Error strict(const net::Address& address, const net::Prefix& block, const std::string& owner) {
    return {Errc::NotOurs,
            "address " + address.to_string() + " lies in block " + block.to_string() +
                (owner.empty() ? " and not in one of this host's" : " of host " + owner) +
                ", and the pool's strict_affinity forbids to borrow; choose an address of this "
                "host's own blocks"};
}

Error owner_away(const net::Address& address, const net::Prefix& block, const std::string& owner) {
    return {Errc::OwnerAway,
            "address " + address.to_string() + " lies in block " + block.to_string() + " of host " +
                owner +
                ", which is out of touch with the shared store and may have given it; choose "
                "another address, or wait until that host's agent is back"};
}

Error reserved(const net::Address& address, const net::Prefix& range) {
    return {Errc::Reserved,
            "address " + address.to_string() + " is reserved by the pool's configuration (" +
                range.to_string() + "); choose another address"};
}

Error store_failed(const store::Failure& why) {
    return {Errc::StoreFailed,
            "the agent's store failed (" + why.message() +
                "), so nothing was changed; see the log of routeproof-agent on this host"};
}

std::string join_prefixes(const std::vector<net::Prefix>& prefixes) {
    std::string text;
    for (const net::Prefix& prefix : prefixes) {
        text.append(text.empty() ? "" : ", ").append(prefix.to_string());
    }
    return text;
}

}  // namespace routeproof::ipam
