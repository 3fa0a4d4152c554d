// The tables as they are shown to people: a row at a time, from wherever the last look ended. A
// table may change between two looks; then a row may be new, or missing, but none is half of each.
#pragma once

#include "agent/peering/peer_routes.hpp"

#include <functional>

namespace routeproof::bgp {

enum class Table : std::uint8_t { AdjRibIn, LocRib, AdjRibOut };

/// References live as long as nobody touches the tables: for the length of a callback.
struct TableRow {
    const net::Prefix& prefix;
    NextHops next_hops;
    const PathAttributes* attributes = nullptr;  // of a Loc-RIB row: none, it may be of several
    std::string_view status;  // AdjRibIn: its admission. LocRib: why it is best. AdjRibOut: queued
    bool stale = false;
    std::optional<net::Address> best_peer = {};  // LocRib; none: our own
};
using ShowRow = std::function<void(const TableRow&)>;

/// Shows what is in `count` slots from `from` on; gives the slot to go on at, nothing at the end.
std::optional<Slot> walk_adj_rib_in(
    const RouteTables& tables, const PeerRoutes& peer, Slot from, Slot count, const ShowRow& show);
std::optional<Slot> walk_adj_rib_out(
    const RouteTables& tables, const PeerRoutes& peer, Slot from, Slot count, const ShowRow& show);
std::optional<Slot> walk_loc_rib(const RouteTables& tables,
                                 Slot from,
                                 Slot count,
                                 const ShowRow& show);

/// What a speaker knows of one prefix: for "why is this not out?" and "why is this not used?".
struct PrefixView {
    struct OfPeer {
        std::string peer;
        Advertised advertised = Advertised::NotOriginated;
        std::optional<net::Address> next_hop;  // it was told with
        std::optional<Admission> received;     // none: it said nothing of it, or a loop
        bool stale = false;
    };

    bool originated = false;
    std::optional<BestRoute> learned;
    std::vector<OfPeer> peers;
};
PrefixView::OfPeer view_of(const RouteTables& tables,
                           const PeerRoutes& peer,
                           const net::Prefix& prefix);

}  // namespace routeproof::bgp
