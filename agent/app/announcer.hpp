// What this host originates and why: the own blocks always, an address of somebody else's block
// (borrowed) while a container has it. Knows no BGP: it is handed two functions to call.
#pragma once

#include "inventory/announcement.hpp"

#include <functional>
#include <map>
#include <vector>

namespace routeproof::agent {

class Announcer {
public:
    struct Wire {
        std::function<void(const net::Prefix&)> announce;
        std::function<void(const net::Prefix&)> withdraw;
    };
    struct Origination {
        inventory::AnnouncementKind kind = inventory::AnnouncementKind::Block;
        Timestamp since{};
    };

    Announcer(std::vector<net::Prefix> blocks, Wire wire, std::function<Timestamp()> clock = now);

    /// Announces the own blocks.
    void start();
    /// A further own block: announced from now on. Idempotent.
    void block_up(const net::Prefix& block);
    /// A container of this host has the address: announces a host route unless an own block covers
    /// it. Idempotent.
    void workload_up(const net::Address& address);
    /// Withdraws what workload_up announced. Idempotent.
    void workload_down(const net::Address& address);

    /// The announcement that leads to an address of this host.
    net::Prefix covering(const net::Address& address) const;
    const std::map<net::Prefix, Origination>& originated() const { return originated_; }

private:
    void originate(const net::Prefix& prefix, inventory::AnnouncementKind kind);

    std::vector<net::Prefix> blocks_;
    Wire wire_;
    std::function<Timestamp()> clock_;
    std::map<net::Prefix, Origination> originated_;
};

}  // namespace routeproof::agent
