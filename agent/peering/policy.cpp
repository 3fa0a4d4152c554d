#include "agent/peering/policy.hpp"

namespace routeproof::bgp {

bool PrefixMatch::matches(const net::Prefix& other) const {
    return prefix.contains(other) && other.length() >= ge && other.length() <= le;
}

}  // namespace routeproof::bgp
