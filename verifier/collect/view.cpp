#include "verifier/collect/view.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

bool is_selected(const drivers::Route& route) {
    return route.valid && (route.best || route.multipath);
}

bool is_from(const drivers::Route& route, const net::Address& peer) {
    if (route.from) {
        return *route.from == peer;
    }
    return std::find(route.next_hops.begin(), route.next_hops.end(), peer) != route.next_hops.end();
}

}  // namespace

RouterView::RouterView(const RouterObservation& observation) : observation_(&observation) {
    if (!observation.routes) {
        return;
    }
    for (const drivers::Route& route : observation.routes->routes) {
        routes_[route.prefix].push_back(&route);
        if (is_selected(route)) {
            in_use_.insert_or_assign(route.prefix, true);
        }
    }
}

bool RouterView::has_table() const {
    return observation_->routes.has_value() && observation_->routes->table_seen &&
           !is_without_bgp();
}

bool RouterView::is_without_bgp() const {
    return observation_->sessions.has_error() &&
           observation_->sessions.error().kind == drivers::Failure::Kind::NotSupported &&
           observation_->routes.has_value() && observation_->routes->routes.empty();
}

const std::vector<const drivers::Route*>& RouterView::paths(const net::Prefix& prefix) const {
    static const std::vector<const drivers::Route*> kNone;
    const auto found = routes_.find(prefix);
    return found == routes_.end() ? kNone : found->second;
}

const drivers::Route* RouterView::path_from(const net::Prefix& prefix,
                                            const net::Address& peer) const {
    const drivers::Route* rejected = nullptr;
    for (const drivers::Route* route : paths(prefix)) {
        if (is_from(*route, peer)) {
            if (route->valid) {
                return route;
            }
            rejected = route;
        }
    }
    return rejected;
}

std::vector<const drivers::Route*> RouterView::selected(const net::Prefix& prefix) const {
    std::vector<const drivers::Route*> result;
    for (const drivers::Route* route : paths(prefix)) {
        if (is_selected(*route)) {
            result.push_back(route);
        }
    }
    return result;
}

std::optional<net::Prefix> RouterView::longest_match(const net::Address& address) const {
    const auto found = in_use_.longest_match(address);
    if (found == in_use_.end()) {
        return std::nullopt;
    }
    return found->first;
}

std::vector<net::Address> next_hops_of(const std::vector<const drivers::Route*>& paths) {
    std::vector<net::Address> result;
    for (const drivers::Route* path : paths) {
        result.insert(result.end(), path->next_hops.begin(), path->next_hops.end());
    }
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

Views::Views(const Observations& observations) {
    for (const auto& [name, observation] : observations) {
        views_.emplace(name, RouterView(observation));
    }
}

const RouterView* Views::find(const std::string& router) const {
    const auto found = views_.find(router);
    return found == views_.end() ? nullptr : &found->second;
}

}  // namespace routeproof::verifier
