#include "agent/config/originations.hpp"

namespace routeproof::config {

std::uint32_t Originations::share(bgp::AnnounceAttributes attributes) {
    attributes_.push_back(std::move(attributes));
    return static_cast<std::uint32_t>(attributes_.size() - 1);
}

void Originations::add(const net::Prefix& prefix, std::uint32_t attributes) {
    entries_.push_back({prefix, attributes});
}

void Originations::add(const net::Prefix& prefix, bgp::AnnounceAttributes attributes) {
    const bool same = !entries_.empty() && this->attributes(entries_.back()) == attributes;
    add(prefix, same ? entries_.back().attributes : share(std::move(attributes)));
}

}  // namespace routeproof::config
