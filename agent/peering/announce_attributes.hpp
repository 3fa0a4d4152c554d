// With what a prefix of ours is announced.
#pragma once

#include "agent/peering/wire/attribute.hpp"

namespace routeproof::bgp {

struct AnnounceAttributes {
    std::vector<net::Community> communities;  // sorted and made unique when sent
    std::optional<std::uint32_t> med;
    std::vector<LargeCommunity> large_communities;

    friend bool operator==(const AnnounceAttributes&, const AnnounceAttributes&) = default;
};

}  // namespace routeproof::bgp
