#include "drivers/nxos/render.hpp"

#include "drivers/change/items.hpp"
#include "drivers/change/route_map.hpp"

namespace routeproof::nxos {
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
        const std::string neighbor = "neighbor " + peer.address.to_string();
        if (peer.presence == Presence::Absent) {
            // The whole line: 10.0.0.1 is also the beginning of 10.0.0.11.
            scopes_.push_back({bgp_, neighbor, "", {}, Unwanted::Removed, {}, false, false, true});
            return;
        }
        const auto inside = below(bgp_, neighbor);
        const auto family = below(inside, drivers::address_family(peer.address.family()));
        scopes_.push_back(
            {bgp_, neighbor, "", {neighbor}, Unwanted::Removed, {}, false, false, true});
        one(inside, "remote-as ", peer.remote_as->to_string());
        if (!peer.description.empty()) {
            one(inside, "description ", peer.description);
        }
        if (peer.password) {
            one(inside, "password ", "0 " + peer.password->reveal());
        }
        if (peer.shutdown) {
            flag(inside, "shutdown", *peer.shutdown);
        }
        // Without its address family a neighbour exchanges nothing.
        flag(inside, family.back(), true);
        if (!peer.import_policy.empty()) {
            one(family, "route-map ", peer.import_policy, " in");
        }
        if (!peer.export_policy.empty()) {
            one(family, "route-map ", peer.export_policy, " out");
        }
        if (peer.keep_received) {
            std::vector<std::string> wanted;
            if (*peer.keep_received) {
                wanted.emplace_back("soft-reconfiguration inbound always");
            }
            scopes_.push_back(
                {family, "soft-reconfiguration inbound", "", wanted, Unwanted::Removed});
        }
    }

    void operator()(const PeerBfd& bfd) {
        flag(below(bgp_, "neighbor " + bfd.peer.to_string()),
             "bfd",
             bfd.presence == Presence::Present);
    }

    std::vector<Scope> take() { return std::move(scopes_); }

private:
    static std::vector<std::string> below(std::vector<std::string> context, std::string header) {
        context.push_back(std::move(header));
        return context;
    }

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
        scopes_.push_back({context, line, "", wanted, Unwanted::Removed, {}, false, false, true});
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

}  // namespace routeproof::nxos
