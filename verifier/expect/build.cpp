#include "verifier/expect/build.hpp"

#include "verifier/expect/topology.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

using inventory::Announcement;
using inventory::AnnouncementKind;
using inventory::AnnouncementState;

HostAccount account_for(const inventory::Host& host, const std::vector<HostAccount>& accounts) {
    const auto found = std::find_if(accounts.begin(), accounts.end(), [&](const HostAccount& a) {
        return a.host == host.name;
    });
    if (found != accounts.end()) {
        return *found;
    }
    HostAccount none;
    none.host = host.name;
    return none;
}

bool is_anycast(const Announcement& announcement) {
    return announcement.kind == AnnouncementKind::Anycast;
}

class Builder {
public:
    Builder(const inventory::Inventory& inventory,
            const std::vector<HostAccount>& accounts,
            const Scope& scope) {
        out_.inventory = inventory;
        out_.scope = scope;
        for (const inventory::Host& host : out_.inventory.hosts) {
            out_.hosts.push_back(account_for(host, accounts));
            announced_.push_back(announced(host, out_.hosts.back(), out_.inventory));
            for (const Announcement& announcement : announced_.back()) {
                out_.announcers[announcement.prefix].push_back(host.name);
            }
        }
    }

    Expectations build() {
        choose_routers();
        expect_sessions();
        for (std::size_t i = 0; i < out_.hosts.size(); ++i) {
            if (out_.scope.has_host(out_.inventory.hosts[i].name)) {
                for (const Announcement& announcement : announced_[i]) {
                    expect_routes(out_.inventory.hosts[i], announcement);
                }
                expect_workloads(out_.inventory.hosts[i], out_.hosts[i]);
                if (!announced_[i].empty()) {
                    note_unlinked(out_.inventory.hosts[i]);
                }
            }
        }
        return std::move(out_);
    }

private:
    void choose_routers() {
        for (const inventory::Router& router : out_.inventory.routers) {
            if (router.access.address.empty()) {
                out_.not_looked_into.push_back(router.name);
            } else if (out_.scope.has_router(router.name)) {
                out_.routers.push_back(router.name);
            }
        }
    }

    bool looked_into(const std::string& router) const {
        return std::find(out_.routers.begin(), out_.routers.end(), router) != out_.routers.end();
    }

    void note_unlinked(const inventory::Host& host) {
        const auto reached = connected(out_.inventory, host);
        if (out_.routers.empty()) {
            out_.unlinked.push_back({"", host.name});
        }
        for (const std::string& router : out_.routers) {
            if (!reached.contains(router)) {
                out_.unlinked.push_back({router, host.name});
            }
        }
    }

    void expect_sessions() {
        for (const inventory::Host& host : out_.inventory.hosts) {
            for (const inventory::Peering& peering : host.peerings) {
                if (looked_into(peering.router) && out_.scope.has_host(host.name)) {
                    out_.sessions.push_back(
                        {peering.router, host.name, true, peering.host_address, host.asn});
                }
            }
        }
        for (const inventory::Link& link : out_.inventory.links) {
            expect_link(link.a, link.b, link.b_address);
            expect_link(link.b, link.a, link.a_address);
        }
    }

    void expect_link(const std::string& router, const std::string& peer, net::Address address) {
        const inventory::Router* other = out_.inventory.router(peer);
        if (other != nullptr && looked_into(router)) {
            out_.sessions.push_back({router, peer, false, address, other->asn});
        }
    }

    // Every host that announces the prefix as anycast, or the one host.
    std::vector<const inventory::Host*> sources(const inventory::Host& host,
                                                const Announcement& announcement) const {
        std::vector<const inventory::Host*> result;
        for (std::size_t i = 0; i < announced_.size(); ++i) {
            const inventory::Host& other = out_.inventory.hosts[i];
            const bool shares =
                is_anycast(announcement) &&
                std::any_of(announced_[i].begin(), announced_[i].end(), [&](const Announcement& a) {
                    return is_anycast(a) && a.prefix == announcement.prefix;
                });
            if (shares || other.name == host.name) {
                result.push_back(&other);
            }
        }
        return result;
    }

    void expect_routes(const inventory::Host& host, const Announcement& announcement) {
        const auto hosts = sources(host, announcement);
        const net::Family family = announcement.prefix.family();
        const auto all = approaches(out_.inventory, hosts, family);
        const auto own = approaches(out_.inventory, {&host}, family);
        std::vector<net::Asn> origins;
        for (const inventory::Host* source : hosts) {
            origins.push_back(source->asn);
        }
        std::sort(origins.begin(), origins.end());
        for (const std::string& router : out_.routers) {
            const auto way = all.find(router);
            if (way == all.end()) {
                continue;  // would loop, or nothing leads there: nothing to expect
            }
            ExpectedRoute route;
            route.host = host.name;
            route.router = router;
            route.prefix = announcement.prefix;
            route.kind = announcement.kind;
            route.required = announcement.state == AnnouncementState::Active;
            const auto here = own.find(router);
            route.direct = here != own.end() && here->second.direct;
            route.hops = way->second.hops;
            route.peers = route.direct ? here->second.peers : std::vector<net::Address>{};
            route.origins = origins;
            route.next_hops = way->second.next_hops;
            out_.routes.push_back(std::move(route));
        }
    }

    void expect_workloads(const inventory::Host& host, const HostAccount& account) {
        if (!account.report) {
            return;
        }
        // This host's routes are the last ones that were added.
        std::multimap<net::Prefix, const ExpectedRoute*> own;
        for (auto at = out_.routes.rbegin(); at != out_.routes.rend() && at->host == host.name;
             ++at) {
            own.emplace_hint(own.lower_bound(at->prefix), at->prefix, &*at);
        }
        for (const inventory::Workload& workload : account.report->workloads) {
            // None: covered by nothing that is announced, and host-view says so.
            const auto [first, last] = own.equal_range(workload.covered_by);
            for (auto at = first; at != last; ++at) {
                const ExpectedRoute& route = *at->second;
                out_.workloads.push_back({host.name,
                                          route.router,
                                          workload.address,
                                          workload.container,
                                          workload.covered_by,
                                          route.origins});
            }
        }
    }

    Expectations out_;
    std::vector<std::vector<Announcement>> announced_;  // by host, in the inventory's order
};

}  // namespace

std::vector<Announcement> announced(const inventory::Host& host,
                                    const HostAccount& account,
                                    const inventory::Inventory& inventory) {
    std::vector<Announcement> result;
    if (account.report) {
        for (const Announcement& announcement : account.report->announcements) {
            if (announcement.state != AnnouncementState::Withdrawn &&
                inventory.pool_of(announcement.prefix) != nullptr) {
                result.push_back(announcement);
            }
        }
    }
    for (const net::Prefix& block : host.blocks) {
        const bool known = std::any_of(
            result.begin(), result.end(), [&](const Announcement& a) { return a.prefix == block; });
        if (!known) {
            Announcement announcement;
            announcement.prefix = block;
            announcement.origin_as = host.asn;
            result.push_back(std::move(announcement));
        }
    }
    for (Announcement& announcement : result) {
        announcement.origin_as = host.asn;
    }
    return result;
}

Expectations build_expectations(const inventory::Inventory& inventory,
                                const std::vector<HostAccount>& accounts,
                                const Scope& scope) {
    return Builder(inventory, accounts, scope).build();
}

}  // namespace routeproof::verifier
