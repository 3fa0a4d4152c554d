// The items of a change by kind, in the order in which they may be sent: what is referred to comes
// before what refers to it, and goes after it.
#pragma once

#include "drivers/change/objects.hpp"

#include <string>
#include <vector>

namespace routeproof::drivers {

/// Calls `visit` for each item but configuration text: new lists, new policies, peers (those that
/// go first), BFD, then policies and lists that go.
template <class Visit>
void in_order(const Change& change, const Visit& visit) {
    const auto all = [&]<class Item>(const Item*, Presence presence) {
        for (const auto& item : change.items) {
            const auto* each = std::get_if<Item>(&item);
            if (each != nullptr && each->presence == presence) {
                visit(*each);
            }
        }
    };
    constexpr const PrefixList* kList = nullptr;
    constexpr const RoutePolicy* kPolicy = nullptr;
    constexpr const BgpPeer* kPeer = nullptr;
    constexpr const PeerBfd* kBfd = nullptr;
    all(kList, Presence::Present);
    all(kPolicy, Presence::Present);
    all(kBfd, Presence::Absent);
    all(kPeer, Presence::Absent);
    all(kPeer, Presence::Present);
    all(kBfd, Presence::Present);
    all(kPolicy, Presence::Absent);
    all(kList, Presence::Absent);
}

/// All configuration text of the change, a line end behind each; empty if there is none.
std::string config_text(const Change& change);

/// The passwords of the change, and what its text has in places of secrets.
std::vector<std::string> secrets_of(const Change& change);
/// The text with each of these replaced by "(not shown)".
std::string without(std::string text, const std::vector<std::string>& secrets);

/// "address-family ipv4 unicast".
std::string address_family(net::Family family);

}  // namespace routeproof::drivers
