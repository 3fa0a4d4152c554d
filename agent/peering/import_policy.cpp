#include "agent/peering/import_policy.hpp"

#include <algorithm>

namespace routeproof::bgp {

bool ImportPolicy::accepts(const net::Prefix& prefix) const {
    return std::any_of(permit.begin(), permit.end(), [&prefix](const ImportRule& rule) {
        return rule.and_longer ? rule.prefix.contains(prefix) : rule.prefix == prefix;
    });
}

}  // namespace routeproof::bgp
