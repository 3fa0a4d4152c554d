#include "drivers/change/route_map.hpp"

namespace routeproof::drivers {
namespace {

std::string ip(net::Family family) {
    return family == net::Family::IPv4 ? "ip" : "ipv6";
}

std::vector<std::string> block_of(const RoutePolicy::Term& term) {
    std::vector<std::string> lines;
    if (!term.prefix_list.empty()) {
        lines.push_back("match " + ip(term.family) + " address prefix-list " + term.prefix_list);
    }
    if (!term.prepend.empty()) {
        std::string line = "set as-path prepend";
        for (const auto& asn : term.prepend) {
            line += ' ' + asn.to_string();
        }
        lines.push_back(line);
    }
    if (!term.add_communities.empty()) {
        std::string line = "set community";
        for (const auto& community : term.add_communities) {
            line += ' ' + community.to_string();
        }
        lines.push_back(line + " additive");
    }
    if (term.local_preference) {
        lines.push_back("set local-preference " + std::to_string(*term.local_preference));
    }
    if (term.med) {
        lines.push_back("set metric " + std::to_string(*term.med));
    }
    return lines;
}

}  // namespace

Scope scope_of(const PrefixList& list) {
    Scope scope;
    scope.prefix = ip(list.family) + " prefix-list " + list.name + ' ';
    if (list.presence == Presence::Absent) {
        scope.unwanted = Scope::Unwanted::RemovedWhole;
        return scope;
    }
    unsigned sequence = 0;
    for (const auto& prefix : list.prefixes) {
        sequence += 5;  // the step that routers take themselves
        std::string line =
            scope.prefix + "seq " + std::to_string(sequence) + " permit " + prefix.to_string();
        if (list.or_longer && !prefix.is_host()) {
            line += " le " + std::to_string(net::width(list.family));
        }
        scope.wanted.push_back(line);
    }
    return scope;
}

std::vector<Scope> scopes_of(const RoutePolicy& policy) {
    std::vector<Scope> scopes;
    Scope others;
    others.prefix = "route-map " + policy.name + ' ';
    others.only_removes = true;
    if (policy.presence == Presence::Absent) {
        others.unwanted = Scope::Unwanted::RemovedWhole;
        return {others};
    }
    unsigned sequence = 0;
    for (const auto& term : policy.terms) {
        sequence += 10;
        Scope scope;
        scope.is_block = true;
        const bool accepts = term.action == RoutePolicy::Term::Action::Accept;
        scope.wanted = {others.prefix + (accepts ? "permit " : "deny ") + std::to_string(sequence)};
        scope.block = block_of(term);
        others.wanted.push_back(scope.wanted.front());
        scopes.push_back(std::move(scope));
    }
    scopes.insert(scopes.begin(), std::move(others));
    return scopes;
}

}  // namespace routeproof::drivers
