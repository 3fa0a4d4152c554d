// The loop of every driver: one question per address family, the answers in one.
#pragma once

#include "drivers/device.hpp"

#include <iterator>
#include <utility>
#include <vector>

namespace routeproof::drivers {

inline void append(RouteTable& all, RouteTable part) {
    all.table_seen = all.table_seen && part.table_seen;
    std::move(part.routes.begin(), part.routes.end(), std::back_inserter(all.routes));
}

inline void append(ForwardingTable& all, ForwardingTable part) {
    all.table_seen = all.table_seen && part.table_seen;
    std::move(part.entries.begin(), part.entries.end(), std::back_inserter(all.entries));
}

inline void append(std::vector<ReceivedRoute>& all, std::vector<ReceivedRoute> part) {
    std::move(part.begin(), part.end(), std::back_inserter(all));
}

/// `ask(family, pools of that family)` for each family that occurs; the first failure ends it.
/// `all` is what to begin with: a table is seen only if that of every family was.
template <class T, class Ask>
Asked<T> each_family(std::vector<net::Prefix> pools, T all, Ask ask) {
    for (const net::Family family : net::families_of(pools)) {
        std::vector<net::Prefix> inside;
        for (const net::Prefix& pool : pools) {
            if (pool.family() == family) {
                inside.push_back(pool);
            }
        }
        auto question = ask(family, std::move(inside));
        Answer<T> part = co_await std::move(question);
        if (!part) {
            co_return part.error();
        }
        append(all, std::move(*part));
    }
    co_return std::move(all);
}

}  // namespace routeproof::drivers
