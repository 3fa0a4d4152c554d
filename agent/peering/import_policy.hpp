// Which learned prefixes may be used. RFC 8212: without a policy, none.
#pragma once

#include "inventory/net/prefix.hpp"

#include <vector>

namespace routeproof::bgp {

struct ImportRule {
    net::Prefix prefix;
    bool and_longer = true;  // also every more-specific of the prefix

    friend bool operator==(const ImportRule&, const ImportRule&) = default;
};

struct ImportPolicy {
    std::vector<ImportRule> permit;  // empty: accept nothing

    bool accepts(const net::Prefix& prefix) const;

    friend bool operator==(const ImportPolicy&, const ImportPolicy&) = default;
};

}  // namespace routeproof::bgp
