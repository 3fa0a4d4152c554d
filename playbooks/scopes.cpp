#include "playbooks/scopes.hpp"

#include "inventory/suggest.hpp"

#include <algorithm>

namespace routeproof::playbooks {
namespace {

using net::Family;

std::string joined(const std::vector<net::Prefix>& prefixes, std::optional<Family> family) {
    std::string text;
    for (const auto& prefix : prefixes) {
        if (!family || prefix.family() == *family) {
            text += (text.empty() ? "" : ", ") + prefix.to_string();
        }
    }
    return text;
}

void set_prefixes(const std::string& name,
                  const std::vector<net::Prefix>& prefixes,
                  Variables& into) {
    into.set(name, joined(prefixes, std::nullopt));
    into.set(name + ".ipv4", joined(prefixes, Family::IPv4));
    into.set(name + ".ipv6", joined(prefixes, Family::IPv6));
}

}  // namespace

void add_vars(const std::vector<Variable>& vars,
              const std::map<std::string, std::string>& overrides,
              Variables& into,
              Diagnostics& diagnostics) {
    for (const Variable& variable : vars) {
        if (const auto given = overrides.find(variable.name); given != overrides.end()) {
            into.set(variable.name, given->second);
        } else if (variable.value) {
            if (auto value = substitute(*variable.value, into, diagnostics)) {
                into.set(variable.name, std::move(*value));
            }
        } else if (into.known(variable.name) == Variables::Known::No) {
            diagnostics.emplace_back(variable.where,
                                     "the variable \"" + variable.name + "\" has to be given",
                                     "add -e " + variable.name + "=VALUE");
        }
    }
}

std::vector<std::string> unknown_overrides(const Playbook& playbook,
                                           const std::map<std::string, std::string>& overrides) {
    std::vector<std::string_view> declared;
    const auto add = [&declared](const std::vector<Variable>& vars) {
        for (const Variable& variable : vars) {
            declared.push_back(variable.name);
        }
    };
    add(playbook.vars);
    for (const Play& play : playbook.plays) {
        add(play.vars);
    }
    std::vector<std::string> sentences;
    for (const auto& [name, unused] : overrides) {
        if (std::find(declared.begin(), declared.end(), name) == declared.end()) {
            const std::string near = inventory::suggestion(name, declared);
            sentences.push_back("-e " + name + ": " + playbook.file +
                                " declares no such variable under vars" +
                                (near.empty() ? "" : "; " + near));
        }
    }
    return sentences;
}

void add_network(const inventory::Inventory& inventory, Variables& into) {
    std::vector<net::Prefix> pools;
    for (const auto& pool : inventory.pools) {
        pools.push_back(pool.cidr);
    }
    set_prefixes("pools", pools, into);
}

void add_router(const inventory::Router& router, Variables& into) {
    into.set("router.name", router.name);
    into.set("router.asn", router.asn.to_string());
    into.set("router.os", std::string(to_string(router.os)));
    into.set("router.role", std::string(to_string(router.role)));
}

void add_peering(const inventory::Host& host, const inventory::Peering& peering, Variables& into) {
    into.set("host.name", host.name);
    into.set("host.asn", host.asn.to_string());
    set_prefixes("host.blocks", host.blocks, into);
    into.set("peering.host_address", peering.host_address.to_string());
    into.set("peering.router_address", peering.router_address.to_string());
    into.set("peering.family", peering.host_address.is_v4() ? "ipv4" : "ipv6");
}

std::vector<Variables> scopes_on(const inventory::Inventory& inventory,
                                 const inventory::Router& router,
                                 const std::vector<std::string>& hosts,
                                 const Variables& common) {
    Variables here = common;
    add_router(router, here);
    if (hosts.empty()) {
        return {here};
    }
    std::vector<Variables> scopes;
    for (const auto& host : inventory.hosts) {
        if (std::find(hosts.begin(), hosts.end(), host.name) == hosts.end()) {
            continue;
        }
        for (const auto& peering : host.peerings) {
            if (peering.router == router.name) {
                scopes.push_back(here);
                add_peering(host, peering, scopes.back());
            }
        }
    }
    return scopes;
}

}  // namespace routeproof::playbooks
