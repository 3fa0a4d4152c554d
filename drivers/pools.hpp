// What a question is limited to.
#pragma once

#include "inventory/net/prefix.hpp"

#include <algorithm>
#include <vector>

namespace routeproof::drivers {

/// Inside one of the pools; without pools everything is.
inline bool wanted(const net::Prefix& prefix, const std::vector<net::Prefix>& pools) {
    return pools.empty() || std::any_of(pools.begin(), pools.end(), [&](const net::Prefix& pool) {
               return pool.contains(prefix);
           });
}

}  // namespace routeproof::drivers
