// Which of several routes to one prefix is best, and why (RFC 4271 9.1.2.2).
#pragma once

#include "agent/peering/rib/route.hpp"

#include <iosfwd>
#include <span>
#include <string_view>
#include <vector>

namespace routeproof::bgp {

/// The step that left one route: the reason for the choice. In the order of the steps.
enum class Reason : std::uint8_t {
    OnlyRoute,
    LocalPref,    // 9.1.1: highest degree of preference
    AsPath,       // (a) shortest
    Origin,       // (b) lowest
    Med,          // (c) lowest, among routes from the same neighbour AS
    External,     // (d) eBGP before iBGP
    RouterId,     // (f) lowest BGP Identifier
    PeerAddress,  // (g) lowest
    Interface     // one router over two unnumbered links has all of the above in common
};
std::string_view to_string(Reason reason);
std::ostream& operator<<(std::ostream& out, Reason reason);

struct Decision {
    std::size_t best = 0;  // index into the candidates
    Reason reason = Reason::OnlyRoute;
    /// Indices of all that are as good up to step (d), `best` among them, ascending: the ECMP set.
    /// Paths of one length through different neighbour AS count as equal ("multipath relax"): a
    /// host's leaves are each an AS of their own.
    std::vector<std::size_t> multipath;

    friend bool operator==(const Decision&, const Decision&) = default;
};

/// Precondition: candidates is not empty. All have next hops we can use: step (e), the distance to
/// the next hop, is the same for all, since leaves are one hop away.
Decision decide(std::span<const Route> candidates);

}  // namespace routeproof::bgp
