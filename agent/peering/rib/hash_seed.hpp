// Where values that strangers choose are hashed.
#pragma once

#include <cstddef>
#include <random>

namespace routeproof::bgp {

/// A number that nobody outside this process knows, so that no peer can choose prefixes or
/// attributes that all fall into one place of a table.
inline std::size_t hash_seed() {
    static const std::size_t seed = [] {
        std::random_device source;
        return std::size_t{source()} << 32 ^ source();
    }();
    return seed;
}

}  // namespace routeproof::bgp
