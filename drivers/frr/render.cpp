#include "drivers/frr/render.hpp"

#include "drivers/change/items.hpp"
#include "drivers/change/route_map.hpp"

namespace routeproof::frr {
namespace {

using drivers::BgpPeer;
using drivers::PeerBfd;
using drivers::Presence;
using drivers::Scope;
using Unwanted = Scope::Unwanted;

class Renderer {
public:
    explicit Renderer(const drivers::Change& change)
        : bgp_{"router bgp " + change.router_as.to_string()} {}

    void operator()(const drivers::PrefixList& list) { scopes_.push_back(drivers::scope_of(list)); }

    void operator()(const drivers::RoutePolicy& policy) {
        for (auto& scope : drivers::scopes_of(policy)) {
            scopes_.push_back(std::move(scope));
        }
    }

    void operator()(const BgpPeer& peer) {
        const std::string neighbor = "neighbor " + peer.address.to_string() + ' ';
        if (peer.presence == Presence::Absent) {
            scopes_.push_back({bgp_, neighbor, "", {}, Unwanted::RemovedWhole});
            return;
        }
        const auto family = peer.address.family();
        auto activation = bgp_;
        activation.push_back(drivers::address_family(family));
        one(bgp_, neighbor + "remote-as ", peer.remote_as->to_string());
        if (!peer.description.empty()) {
            one(bgp_, neighbor + "description ", peer.description);
        }
        if (peer.password) {
            one(bgp_, neighbor + "password ", peer.password->reveal());
        }
        if (peer.shutdown) {
            flag(bgp_, neighbor + "shutdown", *peer.shutdown);
        }
        if (family == net::Family::IPv6) {  // IPv4 is active by itself, and then not shown
            flag(activation, neighbor + "activate", true);
        }
        if (!peer.import_policy.empty()) {
            one(activation, neighbor + "route-map ", peer.import_policy, " in");
        }
        if (!peer.export_policy.empty()) {
            one(activation, neighbor + "route-map ", peer.export_policy, " out");
        }
        if (peer.keep_received) {
            flag(activation, neighbor + "soft-reconfiguration inbound", *peer.keep_received);
        }
    }

    void operator()(const PeerBfd& bfd) {
        const std::string neighbor = "neighbor " + bfd.peer.to_string() + ' ';
        if (bfd.presence == Presence::Absent) {
            scopes_.push_back({bgp_, neighbor + "bfd", "", {}, Unwanted::RemovedWhole});
            return;
        }
        // Defaults are not shown, and a profile of nothing but defaults would differ for ever.
        std::vector<std::string> wanted{neighbor + "bfd"};
        if (bfd.timers && *bfd.timers != PeerBfd::Timers{}) {
            wanted.push_back(neighbor + "bfd profile " + profile(*bfd.timers));
        }
        scopes_.push_back({bgp_, neighbor + "bfd", "", wanted, Unwanted::Removed});
    }

    std::vector<Scope> take() { return std::move(scopes_); }

private:
    void one(const std::vector<std::string>& context,
             const std::string& prefix,
             const std::string& value,
             const std::string& suffix = {}) {
        scopes_.push_back(
            {context, prefix, suffix, {prefix + value + suffix}, Unwanted::Overwritten});
    }

    void flag(const std::vector<std::string>& context, const std::string& line, bool on) {
        std::vector<std::string> wanted;
        if (on) {
            wanted.push_back(line);
        }
        scopes_.push_back({context, line, "", wanted, Unwanted::Removed});
    }

    /// FRR keeps timers in profiles; ours is named by what it holds.
    std::string profile(const PeerBfd::Timers& timers) {
        const std::string interval = std::to_string(timers.interval.count());
        const std::string multiplier = std::to_string(timers.multiplier);
        const std::string name = "routeproof-" + interval + "-" + multiplier;
        const PeerBfd::Timers defaults;
        Scope scope;
        scope.context = {"bfd"};
        scope.wanted = {"profile " + name};
        scope.is_block = true;
        if (timers.multiplier != defaults.multiplier) {
            scope.block.push_back("detect-multiplier " + multiplier);
        }
        if (timers.interval != defaults.interval) {
            scope.block.push_back("transmit-interval " + interval);
            scope.block.push_back("receive-interval " + interval);
        }
        scopes_.push_back(std::move(scope));
        return name;
    }

    std::vector<std::string> bgp_;
    std::vector<Scope> scopes_;
};

}  // namespace

std::vector<drivers::Scope> scopes_of(const drivers::Change& change) {
    Renderer renderer(change);
    drivers::in_order(change, [&](const auto& item) { renderer(item); });
    return renderer.take();
}

}  // namespace routeproof::frr
