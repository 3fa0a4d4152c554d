#include "agent/peering/rib/route.hpp"

#include "agent/peering/rib/hash_seed.hpp"

#include <boost/container_hash/hash.hpp>

#include <ostream>

namespace routeproof::bgp {
namespace {

void combine(std::size_t& seed, const net::Address& address) {
    const auto octets = address.octets();
    boost::hash_range(seed, octets.begin(), octets.end());
}

void combine(std::size_t& seed, const net::AsPath& path) {
    for (const auto& segment : path.segments()) {
        boost::hash_combine(seed, static_cast<unsigned>(segment.type));
        for (const auto asn : segment.asns) {
            boost::hash_combine(seed, asn.value());
        }
    }
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const NextHop& next_hop) {
    out << next_hop.address;
    return next_hop.interface == 0 ? out : out << '%' << next_hop.interface;
}

// Of all that a peer can vary: what the hash does not see, it could make a table's worth of.
std::size_t HashReceivedAttributes::operator()(const ReceivedAttributes& attributes) const {
    const PathAttributes& path = attributes.path;
    std::size_t seed = hash_seed();
    combine(seed, attributes.next_hop.address);
    boost::hash_combine(seed, attributes.next_hop.interface);
    boost::hash_combine(seed, path.origin ? static_cast<int>(*path.origin) : -1);
    if (path.as_path) {
        combine(seed, *path.as_path);
    }
    boost::hash_combine(seed, path.med.value_or(0));
    boost::hash_combine(seed, path.local_pref.value_or(0));
    boost::hash_combine(seed, path.atomic_aggregate);
    if (path.aggregator) {
        boost::hash_combine(seed, path.aggregator->asn.value());
        combine(seed, path.aggregator->address);
    }
    if (path.originator_id) {
        combine(seed, *path.originator_id);
    }
    for (const auto& cluster : path.cluster_list) {
        combine(seed, cluster);
    }
    for (const auto& community : path.communities) {
        boost::hash_combine(seed, community.value());
    }
    for (const auto& large : path.large_communities) {
        boost::hash_combine(seed, large.global_administrator);
        boost::hash_combine(seed, large.local_data1);
        boost::hash_combine(seed, large.local_data2);
    }
    for (const auto& extended : path.extended_communities) {
        boost::hash_range(seed, extended.octets.begin(), extended.octets.end());
    }
    boost::hash_combine(seed, path.only_to_customer ? path.only_to_customer->value() : 0);
    for (const auto& unknown : path.unknown) {
        boost::hash_combine(seed, unknown.flags);
        boost::hash_combine(seed, unknown.code);
        boost::hash_range(seed, unknown.value.begin(), unknown.value.end());
    }
    return seed;
}

}  // namespace routeproof::bgp
