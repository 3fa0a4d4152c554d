// A small network for tests of playbooks: two FRR leaves, one Junos leaf, a spine without a way in.
#pragma once

#include "inventory/model.hpp"
#include "playbooks/loader.hpp"
#include "playbooks/plan.hpp"

#include <string>

namespace routeproof::playbooks::testing {

inline net::Address addr(const char* text) {
    return *net::Address::parse(text);
}

inline inventory::Inventory network() {
    using inventory::Os;
    using inventory::Role;
    inventory::Inventory made;
    inventory::Pool pool;
    pool.name = "demo";
    pool.cidr = *net::Prefix::parse("172.16.100.0/24");
    made.pools.push_back(pool);
    const auto router = [&](const char* name, Os os, Role role, std::uint32_t asn, const char* at) {
        inventory::Router each;
        each.name = name;
        each.os = os;
        each.role = role;
        each.asn = net::Asn(asn);
        each.access.address = at;
        made.routers.push_back(each);
    };
    router("leaf1", Os::Frr, Role::Leaf, 65000, "192.0.2.11");
    router("leaf2", Os::Frr, Role::Leaf, 65001, "192.0.2.12");
    router("leaf3", Os::Junos, Role::Leaf, 65002, "192.0.2.13");
    router("leaf4", Os::Bird, Role::Leaf, 65003, "192.0.2.14");
    router("spine1", Os::Frr, Role::Spine, 64900, "");
    const auto host = [&](const char* name, std::uint32_t asn, const char* block) {
        inventory::Host each;
        each.name = name;
        each.asn = net::Asn(asn);
        each.blocks = {*net::Prefix::parse(block)};
        made.hosts.push_back(each);
        return &made.hosts.back();
    };
    made.hosts.reserve(3);
    host("host1", 65100, "172.16.100.0/26")->peerings = {
        {"leaf1", addr("10.1.0.1"), addr("10.1.0.0"), {}},
        {"leaf2", addr("10.2.0.1"), addr("10.2.0.0"), {}}};
    host("host2", 65101, "172.16.100.64/26")->peerings = {
        {"leaf1", addr("10.1.0.3"), addr("10.1.0.2"), {}}};
    host("host3", 65102, "172.16.100.128/26")->peerings = {
        {"leaf3", addr("10.3.0.1"), addr("10.3.0.0"), {}}};
    return made;
}

/// Every complaint about the text, a line each; empty if it is a playbook.
inline std::string complaints(const std::string& text) {
    const auto loaded = load_text("play.yml", text);
    std::string all;
    if (!loaded) {
        for (const auto& diagnostic : loaded.error()) {
            all += diagnostic.to_string() + '\n';
        }
    }
    return all;
}

/// The same about its plan for network().
inline std::string plan_complaints(const std::string& text, const PlanRequest& request = {}) {
    const auto loaded = load_text("play.yml", text);
    if (!loaded) {
        return "not loaded: " + complaints(text);
    }
    const auto plan = make_plan(*loaded, network(), request);
    std::string all;
    if (!plan) {
        for (const auto& diagnostic : plan.error()) {
            all += diagnostic.to_string() + '\n';
        }
    }
    return all;
}

/// A playbook of one play with these lines in it.
inline std::string play(const std::string& lines) {
    return "routeproof: 1\nplays:\n  - name: p\n" + lines;
}

}  // namespace routeproof::playbooks::testing
