#include "agent/app/learned_routes.hpp"

#include <algorithm>

namespace routeproof::agent {

void LearnedRoutes::adopt(const net::Prefix& prefix, const Gateways& gateways) {
    stale_[prefix] = gateways;
}

void LearnedRoutes::learned(const net::Prefix& prefix, const Gateways& gateways) {
    stale_.erase(prefix);
    if (gateways.empty()) {
        fresh_.erase(prefix);
    } else {
        fresh_[prefix] = gateways;
    }
    install_(prefix, gateways);
}

void LearnedRoutes::complete(const net::Address& leaf) {
    for (auto at = stale_.begin(); at != stale_.end();) {
        auto& [prefix, gateways] = *at;
        if (std::erase(gateways, leaf) > 0) {
            install_(prefix, gateways);
        }
        at = gateways.empty() ? stale_.erase(at) : std::next(at);
    }
}

void LearnedRoutes::sweep() {
    for (const auto& [prefix, gateways] : std::exchange(stale_, {})) {
        install_(prefix, {});
    }
}

void LearnedRoutes::clear() {
    sweep();
    for (const auto& [prefix, gateways] : std::exchange(fresh_, {})) {
        install_(prefix, {});
    }
}

}  // namespace routeproof::agent
