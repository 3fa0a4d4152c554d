#include "lab.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace routeproof::verifier::testing {

using inventory::Announcement;

net::Address addr(std::string_view text) {
    return net::Address::parse(text).value();
}

net::Prefix pfx(std::string_view text) {
    return net::Prefix::parse(text).value();
}

net::AsPath path(std::string_view text) {
    return net::AsPath::parse(text).value();
}

Timestamp at(std::string_view text) {
    return from_rfc3339(text).value();
}

drivers::Route best(std::string_view prefix, std::string_view as_path, std::string_view next_hop) {
    drivers::Route route;
    route.prefix = pfx(prefix);
    route.table = "default";
    route.from = addr(next_hop);
    route.as_path = path(as_path);
    route.next_hops = {addr(next_hop)};
    route.best = true;
    return route;
}

drivers::Failure refused() {
    return {drivers::Stage::Connect,
            drivers::Failure::Kind::Unreachable,
            "192.0.2.12:22: connection refused"};
}

namespace {

inventory::Router router_of(std::string name,
                            inventory::Os os,
                            inventory::Role role,
                            std::uint32_t asn,
                            std::string address) {
    inventory::Router router;
    router.name = std::move(name);
    router.os = os;
    router.role = role;
    router.asn = net::Asn(asn);
    router.access.address = std::move(address);
    return router;
}

inventory::Host host_of(std::string name,
                        std::uint32_t asn,
                        std::string_view block,
                        inventory::Peering peering,
                        std::string address) {
    inventory::Host host;
    host.name = std::move(name);
    host.asn = net::Asn(asn);
    host.access.address = std::move(address);
    host.blocks = {pfx(block)};
    host.peerings = {std::move(peering)};
    return host;
}

HostAccount account_of(const inventory::Host& host,
                       std::string_view container,
                       std::string_view address,
                       std::uint32_t leaf_as) {
    inventory::HostReport report;
    report.host = host.name;
    report.asn = host.asn;
    report.router_id = net::RouterId(host.peerings.front().host_address.to_v4());
    report.generated = at("2026-11-23T12:00:00Z");
    const inventory::Peering& peering = host.peerings.front();
    Announcement announcement;
    announcement.prefix = host.blocks.front();
    announcement.origin_as = host.asn;
    announcement.next_hops = {{peering.router_address, peering.host_address}};
    report.announcements = {announcement};
    report.workloads = {{addr(address), std::string(container), "demo", host.blocks.front(), {}}};
    inventory::SessionReport session;
    session.peer = peering.router_address;
    session.peer_as = net::Asn(leaf_as);
    session.name = peering.router;
    session.state = "Established";
    report.sessions = {session};
    HostAccount account;
    account.host = host.name;
    account.source = HostAccount::Source::Agent;
    account.report = std::move(report);
    return account;
}

drivers::BgpSession session_of(std::string_view peer, std::uint32_t asn, std::string policy) {
    drivers::BgpSession session;
    session.peer = addr(peer);
    session.peer_as = net::Asn(asn);
    session.state = "Established";
    session.established = true;
    session.import_policy = std::move(policy);
    return session;
}

RouterObservation observation_of(std::string name,
                                 std::vector<drivers::BgpSession> sessions,
                                 std::vector<drivers::Route> routes) {
    RouterObservation observation;
    observation.router = std::move(name);
    for (const drivers::BgpSession& session : sessions) {
        observation.commands[session.peer] = "show received " + session.peer.to_string();
    }
    observation.facts = drivers::DeviceFacts{observation.router, "testos", "1.0", "box"};
    observation.sessions = std::move(sessions);
    observation.routes = drivers::RouteTable{true, std::move(routes)};
    return observation;
}

}  // namespace

Lab::Lab() {
    inventory.pools = {{"demo", pfx("172.16.100.0/24"), 26, {}}};
    inventory.routers = {
        router_of("leaf1", inventory::Os::Junos, inventory::Role::Leaf, 65000, "192.0.2.11"),
        router_of("leaf2", inventory::Os::Nxos, inventory::Role::Leaf, 65001, "192.0.2.12"),
        router_of("spine1", inventory::Os::Frr, inventory::Role::Spine, 64900, "")};
    inventory.links = {{"leaf1", addr("10.200.1.1"), "spine1", addr("10.200.1.0"), {}},
                       {"leaf2", addr("10.200.2.1"), "spine1", addr("10.200.2.0"), {}}};
    inventory.hosts = {host_of("dockerhost1",
                               65100,
                               "172.16.100.0/26",
                               {"leaf1", addr("10.100.0.254"), addr("10.100.0.253"), {}},
                               "192.0.2.101"),
                       host_of("dockerhost2",
                               65101,
                               "172.16.100.64/26",
                               {"leaf2", addr("10.101.0.254"), addr("10.101.0.253"), {}},
                               "192.0.2.102")};
    accounts = {account_of(inventory.hosts[0], "demo1", "172.16.100.1", 65000),
                account_of(inventory.hosts[1], "demo2", "172.16.100.65", 65001)};
    observations["leaf1"] = observation_of(
        "leaf1",
        {session_of("10.100.0.254", 65100, "FROM-HOSTS"), session_of("10.200.1.0", 64900, "")},
        {best("172.16.100.0/26", "65100", "10.100.0.254"),
         best("172.16.100.64/26", "64900 65001 65101", "10.200.1.0")});
    observations["leaf2"] = observation_of(
        "leaf2",
        {session_of("10.101.0.254", 65101, "FROM-HOSTS"), session_of("10.200.2.0", 64900, "")},
        {best("172.16.100.0/26", "64900 65000 65100", "10.200.2.0"),
         best("172.16.100.64/26", "65101", "10.101.0.254")});
}

inventory::Router& Lab::router(std::string_view name) {
    return *std::find_if(inventory.routers.begin(), inventory.routers.end(), [&](const auto& r) {
        return r.name == name;
    });
}

inventory::Host& Lab::host(std::string_view name) {
    return *std::find_if(inventory.hosts.begin(), inventory.hosts.end(), [&](const auto& h) {
        return h.name == name;
    });
}

inventory::HostReport& Lab::report(std::string_view host_name) {
    return *std::find_if(accounts.begin(), accounts.end(), [&](const auto& a) {
                return a.host == host_name;
            })->report;
}

std::vector<drivers::Route>& Lab::routes(const std::string& name) {
    return observations.at(name).routes.value().routes;
}

drivers::BgpSession& Lab::session(const std::string& name, std::string_view peer) {
    auto& sessions = observations.at(name).sessions.value();
    return *std::find_if(
        sessions.begin(), sessions.end(), [&](const auto& s) { return s.peer == addr(peer); });
}

void Lab::remove(const std::string& name, std::string_view prefix) {
    std::erase_if(routes(name), [&](const drivers::Route& r) { return r.prefix == pfx(prefix); });
}

void Lab::received(const std::string& name,
                   std::string_view peer,
                   std::vector<drivers::ReceivedRoute> some) {
    observations.at(name).received.insert_or_assign(addr(peer), std::move(some));
}

void Lab::unreachable(const std::string& name, const drivers::Failure& failure) {
    RouterObservation gone;
    gone.router = name;
    gone.facts = failure;
    gone.sessions = failure;
    gone.routes = failure;
    observations[name] = std::move(gone);
}

void Lab::silent(const std::string& name, const drivers::Failure& failure) {
    for (HostAccount& account : accounts) {
        if (account.host == name) {
            account.report.reset();
            account.failure = failure;
        }
    }
}

Expectations Lab::expectations() const {
    return build_expectations(inventory, accounts, scope);
}

RunResult Lab::judged() const {
    RunInfo run;
    run.inventory = "inventory.yml";
    run.started = at("2026-11-23T12:00:05Z");
    run.took = std::chrono::milliseconds(1234);
    return judge(std::move(run), expectations(), observations);
}

Findings only(const Findings& findings, CheckId check, std::string_view router) {
    Findings result;
    for (const Finding& finding : findings) {
        if (finding.check == check && (router == "*" || finding.subject.router == router)) {
            result.push_back(finding);
        }
    }
    return result;
}

Finding one(const RunResult& result,
            CheckId check,
            std::string_view router,
            std::string_view prefix) {
    for (const Finding& finding : only(result.findings, check, router)) {
        if (finding.subject.prefix == pfx(prefix)) {
            return finding;
        }
    }
    ADD_FAILURE() << "no finding of " << to_string(check) << " about " << prefix << " on "
                  << router;
    return {};
}

std::vector<std::string> texts(const std::vector<Cause>& causes) {
    std::vector<std::string> result;
    for (const Cause& cause : causes) {
        result.push_back(cause.text);
    }
    return result;
}

}  // namespace routeproof::verifier::testing
