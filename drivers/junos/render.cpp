#include "drivers/junos/render.hpp"

#include "drivers/change/items.hpp"
#include "drivers/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace routeproof::junos {
namespace {

using drivers::BgpPeer;
using drivers::PeerBfd;
using drivers::PrefixList;
using drivers::Presence;
using drivers::RoutePolicy;

/// What faults() lets through holds no quote and no backslash.
std::string in_quotes(const std::string& text) {
    return '"' + text + '"';
}

std::string neighbor(const std::string& group, const net::Address& peer) {
    return "protocols bgp group " + group + " neighbor " + peer.to_string();
}

class Renderer {
public:
    void operator()(const PrefixList& list) {
        const std::string path = "policy-options prefix-list " + list.name;
        lines_.push_back("delete " + path);
        if (list.presence == Presence::Absent) {
            return;
        }
        for (const auto& prefix : list.prefixes) {
            set(path + ' ' + prefix.to_string());
        }
    }

    void operator()(const RoutePolicy& policy) {
        const std::string path = "policy-options policy-statement " + policy.name;
        lines_.push_back("delete " + path);
        if (policy.presence == Presence::Absent) {
            return;
        }
        unsigned number = 0;
        for (const auto& each : policy.terms) {
            number += 10;
            term(path + " term t" + std::to_string(number), each);
        }
        // An external session without a matching term would accept everything.
        set(path + " term rest then reject");
    }

    void operator()(const BgpPeer& peer) {
        const std::string path = neighbor(peer.group, peer.address);
        if (peer.presence == Presence::Absent) {
            lines_.push_back("delete " + path);
            return;
        }
        set("protocols bgp group " + peer.group + " type external");
        set(path + " peer-as " + peer.remote_as->to_string());
        if (!peer.description.empty()) {
            set(path + " description " + in_quotes(peer.description));
        }
        if (!peer.import_policy.empty()) {
            replace(path + " import", peer.import_policy);
        }
        if (!peer.export_policy.empty()) {
            replace(path + " export", peer.export_policy);
        }
        if (peer.password) {
            set(path + " authentication-key " + in_quotes(peer.password->reveal()));
        }
        if (peer.shutdown) {
            lines_.push_back((*peer.shutdown ? "deactivate " : "activate ") + path);
        }
    }

    void operator()(const PeerBfd& bfd) {
        const std::string path = neighbor(bfd.group, bfd.peer) + " bfd-liveness-detection";
        if (bfd.presence == Presence::Absent) {
            lines_.push_back("delete " + path);
            return;
        }
        const auto timers = bfd.timers.value_or(PeerBfd::Timers{});  // Junos has no default
        set(path + " minimum-interval " + std::to_string(timers.interval.count()));
        set(path + " multiplier " + std::to_string(timers.multiplier));
    }

    std::vector<std::string> take() { return std::move(lines_); }

private:
    void set(const std::string& path) { lines_.push_back("set " + path); }

    /// A statement that takes a list would only grow.
    void replace(const std::string& path, const std::string& value) {
        lines_.push_back("delete " + path);
        set(path + ' ' + value);
    }

    void term(const std::string& path, const RoutePolicy::Term& term) {
        if (!term.prefix_list.empty()) {
            set(path + " from prefix-list-filter " + term.prefix_list +
                (term.or_longer ? " orlonger" : " exact"));
        }
        if (!term.prepend.empty()) {
            std::string path_text;
            for (const auto& asn : term.prepend) {
                path_text += (path_text.empty() ? "" : " ") + asn.to_string();
            }
            set(path + " then as-path-prepend " + in_quotes(path_text));
        }
        for (const auto& community : term.add_communities) {
            std::string name = "routeproof-" + community.to_string();
            std::replace(name.begin(), name.end(), ':', '-');
            if (communities_.insert(name).second) {
                set("policy-options community " + name + " members " + community.to_string());
            }
            set(path + " then community add " + name);
        }
        if (term.local_preference) {
            set(path + " then local-preference " + std::to_string(*term.local_preference));
        }
        if (term.med) {
            set(path + " then metric " + std::to_string(*term.med));
        }
        const bool accepts = term.action == RoutePolicy::Term::Action::Accept;
        set(path + " then " + (accepts ? "accept" : "reject"));
    }

    std::vector<std::string> lines_;
    std::set<std::string> communities_;
};

}  // namespace

std::vector<std::string> set_commands(const drivers::Change& change) {
    Renderer renderer;
    drivers::in_order(change, [&](const auto& item) { renderer(item); });
    return renderer.take();
}

bool is_set_commands(std::string_view text) {
    constexpr std::array<std::string_view, 8> kVerbs{
        "set ", "delete ", "activate ", "deactivate ", "insert ", "rename ", "copy ", "annotate "};
    bool any = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = drivers::trim(text.substr(at, end - at));
        at = end + 1;
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (std::none_of(
                kVerbs.begin(), kVerbs.end(), [&](auto verb) { return line.starts_with(verb); })) {
            return false;
        }
        any = true;
    }
    return any;
}

}  // namespace routeproof::junos
