// Which routes of a peer outlive its session (RFC 4724 4.2, RFC 8538), as functions without state.
#pragma once

#include "agent/peering/fsm_types.hpp"

namespace routeproof::bgp {

/// The families whose routes are kept, stale, after a session of this kind ended so. None unless
/// both sides offered graceful restart; none if the path is dead (BFD), or if either side meant it:
/// a NOTIFICATION without RFC 8538 on both sides, or a Hard Reset.
std::vector<AfiSafi> families_to_keep(const Negotiated& session, const Ending& ending);

/// Of the families kept, those that the new OPEN gives up: it does not name them, or the peer lost
/// its forwarding state.
std::vector<AfiSafi> families_to_drop(const std::vector<AfiSafi>& kept, const Negotiated& session);

/// How long to wait for the peer; `at_most` 0: as long as it asks for.
std::chrono::seconds stale_time(const Negotiated& session, std::chrono::seconds at_most);

}  // namespace routeproof::bgp
