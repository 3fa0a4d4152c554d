#include "agent/peering/table_view.hpp"

#include "agent/peering/wire/update.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

/// Calls `look` for every slot of the piece; the last two functions of every walk.
template <class Look>
std::optional<Slot> walk(Slot from, Slot count, Slot end, Look look) {
    const Slot stop = count < end - std::min(from, end) ? from + count : end;
    for (Slot slot = from; slot < stop; ++slot) {
        look(slot);
    }
    return stop < end ? std::optional(stop) : std::nullopt;
}

}  // namespace

std::optional<Slot> walk_adj_rib_in(
    const RouteTables& tables, const PeerRoutes& peer, Slot from, Slot count, const ShowRow& show) {
    return walk(from, count, tables.prefixes().end(), [&](Slot slot) {
        if (const auto shown = peer.rib_in().show(slot)) {
            show({tables.prefixes()[slot],
                  {shown->attributes.next_hop},
                  &shown->attributes.path,
                  to_string(shown->admission),
                  shown->stale});
        }
    });
}

std::optional<Slot> walk_adj_rib_out(
    const RouteTables& tables, const PeerRoutes& peer, Slot from, Slot count, const ShowRow& show) {
    const AdjRibOut* out = peer.rib_out();
    if (out == nullptr) {
        return std::nullopt;
    }
    // Most neighbours in the table share their attributes.
    const EncodedAttributes* last = nullptr;
    PathAttributes attributes;
    return walk(from, count, out->end(), [&](Slot slot) {
        const EncodedAttributes* encoded = out->announced(slot);
        if (encoded == nullptr) {
            return;
        }
        if (encoded != std::exchange(last, encoded)) {
            attributes = decode_attributes(encoded->octets, peer.sent_context()).attributes;
        }
        show({tables.prefixes()[slot],
              {NextHop{encoded->next_hop, 0}},
              &attributes,
              out->queued(slot) ? "waiting" : "sent"});
    });
}

std::optional<Slot> walk_loc_rib(const RouteTables& tables,
                                 Slot from,
                                 Slot count,
                                 const ShowRow& show) {
    const Slot end = std::max(tables.originated_end(), tables.loc_rib().end());
    return walk(from, count, end, [&](Slot slot) {
        if (tables.originated(slot) != RouteTables::AnnouncePool::kNone) {
            show({tables.prefixes()[slot], {}, nullptr, "originated"});
        } else if (const auto best = tables.explain(slot)) {
            show({tables.prefixes()[slot],
                  best->next_hops,
                  nullptr,
                  to_string(best->reason),
                  false,
                  best->best_peer});
        }
    });
}

PrefixView::OfPeer view_of(const RouteTables& tables,
                           const PeerRoutes& peer,
                           const net::Prefix& prefix) {
    PrefixView::OfPeer view;
    view.advertised = peer.advertised(prefix);
    view.next_hop = peer.next_hop_of(prefix);
    if (const auto slot = tables.prefixes().find(prefix)) {
        if (const auto shown = peer.rib_in().show(*slot)) {
            view.received = shown->admission;
            view.stale = shown->stale;
        }
    }
    return view;
}

}  // namespace routeproof::bgp
