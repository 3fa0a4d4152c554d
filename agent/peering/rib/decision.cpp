#include "agent/peering/rib/decision.hpp"

#include <algorithm>
#include <numeric>
#include <ostream>

namespace routeproof::bgp {
namespace {

constexpr std::uint32_t kDefaultLocalPref = 100;

using Candidates = std::span<const Route>;
using Indices = std::vector<std::size_t>;

const PathAttributes& attributes(const Route& route) {
    return *route.attributes;
}

// RFC 8326 4.2: a route that is about to go away is the last choice, whatever else it says.
std::uint32_t local_pref(const Route& route) {
    const auto& communities = attributes(route).communities;
    if (std::find(communities.begin(), communities.end(), net::kGracefulShutdown) !=
        communities.end()) {
        return 0;
    }
    return attributes(route).local_pref.value_or(kDefaultLocalPref);
}

unsigned path_length(const Route& route) {
    return attributes(route).as_path ? attributes(route).as_path->length() : 0;
}

Origin origin(const Route& route) {
    return attributes(route).origin.value_or(Origin::Incomplete);
}

// RFC 4271 9.1.2.2 (c): a route without MED has the lowest value.
std::uint32_t med(const Route& route) {
    return attributes(route).med.value_or(0);
}

net::Asn neighbour_as(const Route& route) {
    const auto& path = attributes(route).as_path;
    return path ? path->first().value_or(route.source.peer_as) : route.source.peer_as;
}

// Keeps those whose key is the smallest.
template <class Key>
void keep_lowest(Candidates routes, Indices& left, Key key) {
    auto lowest = key(routes[left.front()]);
    for (const std::size_t index : left) {
        lowest = std::min(lowest, key(routes[index]));
    }
    std::erase_if(left, [&](std::size_t index) { return key(routes[index]) != lowest; });
}

// MEDs of different neighbour AS are not compared, so this is an elimination and no order: that is
// why the whole decision works on sets, and its answer does not depend on who came first.
void keep_lowest_med(Candidates routes, Indices& left) {
    const Indices before = left;
    std::erase_if(left, [&](std::size_t index) {
        return std::any_of(before.begin(), before.end(), [&](std::size_t other) {
            return neighbour_as(routes[other]) == neighbour_as(routes[index]) &&
                   med(routes[other]) < med(routes[index]);
        });
    });
}

void apply_step(Reason step, Candidates routes, Indices& left) {
    switch (step) {
        case Reason::OnlyRoute:
            break;
        case Reason::LocalPref:
            keep_lowest(routes, left, [](const Route& route) { return ~local_pref(route); });
            break;
        case Reason::AsPath:
            keep_lowest(routes, left, path_length);
            break;
        case Reason::Origin:
            keep_lowest(routes, left, origin);
            break;
        case Reason::Med:
            keep_lowest_med(routes, left);
            break;
        case Reason::External:
            keep_lowest(routes, left, [](const Route& route) { return route.source.internal; });
            break;
        case Reason::RouterId:
            keep_lowest(routes, left, [](const Route& route) { return route.source.peer_id; });
            break;
        case Reason::PeerAddress:
            keep_lowest(routes, left, [](const Route& route) { return route.source.peer; });
            break;
        case Reason::Interface:
            keep_lowest(routes, left, [](const Route& route) { return route.next_hop.interface; });
            break;
    }
}

constexpr Reason kSteps[] = {Reason::LocalPref,
                             Reason::AsPath,
                             Reason::Origin,
                             Reason::Med,
                             Reason::External,
                             Reason::RouterId,
                             Reason::PeerAddress,
                             Reason::Interface};

}  // namespace

std::string_view to_string(Reason reason) {
    switch (reason) {
        case Reason::OnlyRoute:
            return "only route";
        case Reason::LocalPref:
            return "highest local preference";
        case Reason::AsPath:
            return "shortest AS path";
        case Reason::Origin:
            return "lowest origin";
        case Reason::Med:
            return "lowest MED";
        case Reason::External:
            return "external over internal";
        case Reason::RouterId:
            return "lowest router id";
        case Reason::PeerAddress:
            return "lowest peer address";
        case Reason::Interface:
            break;
    }
    return "lowest interface index";
}

std::ostream& operator<<(std::ostream& out, Reason reason) {
    return out << to_string(reason);
}

Decision decide(Candidates candidates) {
    if (candidates.size() == 1) {
        return {0, Reason::OnlyRoute, {0}};
    }
    Indices left(candidates.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    Decision decision;
    for (const Reason step : kSteps) {
        const std::size_t before = left.size();
        apply_step(step, candidates, left);
        if (left.size() == 1 && before > 1) {
            decision.reason = step;
        }
        if (step == Reason::External) {
            decision.multipath = left;
        }
    }
    decision.best = left.front();
    return decision;
}

}  // namespace routeproof::bgp
