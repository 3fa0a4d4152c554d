#include "verifier/report/inventory_report.hpp"

#include "verifier/report/grid.hpp"
#include "verifier/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace routeproof::verifier {
namespace {

using Json = nlohmann::ordered_json;

std::string reached(const inventory::Access& access) {
    if (access.address.empty()) {
        return "-";
    }
    const bool v6 = access.address.find(':') != std::string::npos;
    std::string text = v6 ? "[" + access.address + "]" : access.address;
    text += ":" + std::to_string(access.port);
    text = access.credentials.user.empty() ? text : access.credentials.user + "@" + text;
    return access.jumps.empty() ? text : text + " over " + reached(access.jumps.back());
}

/// Where a secret is; null: none is named.
Json source_json(const inventory::SecretSource& source) {
    using Kind = inventory::SecretSource::Kind;
    switch (source.kind) {
        case Kind::None:
            break;
        case Kind::File:
            return {{"file", source.from}};
        case Kind::Environment:
            return {{"env", source.from}};
        case Kind::Command:
            return {{"command", source.from}};
    }
    return {};
}

Json access_json(const inventory::Access& access) {
    if (access.address.empty()) {
        return {};
    }
    const inventory::Credentials& credentials = access.credentials;
    Json host_keys = Json::array();
    for (const inventory::HostKeyPin& pin : access.host_keys) {
        host_keys.push_back(pin.type + ' ' + pin.key);
    }
    Json jumps = Json::array();
    for (const inventory::Access& jump : access.jumps) {
        jumps.push_back(access_json(jump));
    }
    Json identity_files = Json::array();
    for (const auto& file : credentials.identity_files) {
        identity_files.push_back(file.string());
    }
    return {{"address", access.address},
            {"port", access.port},
            {"credentials", credentials.name},
            {"user", credentials.user},
            {"key_file", credentials.key_file.string()},
            {"identity_files", std::move(identity_files)},
            {"certificate_file", credentials.certificate_file.string()},
            {"passphrase", source_json(credentials.passphrase)},
            {"password", source_json(credentials.password)},
            {"known_hosts", access.known_hosts.string()},
            {"host_keys", std::move(host_keys)},
            {"ciphers", access.ciphers},
            {"jumps", std::move(jumps)}};
}

std::string blocks(const inventory::Host& host) {
    return host.blocks.empty() ? "-" : join_values(host.blocks);
}

std::string peerings(const inventory::Host& host) {
    std::vector<std::string> texts;
    for (const inventory::Peering& peering : host.peerings) {
        texts.push_back(peering.host_address.to_string() + " -> " + peering.router + " " +
                        peering.router_address.to_string());
    }
    return texts.empty() ? "-" : join(texts);
}

Json hosts_json(const inventory::Inventory& inventory) {
    Json hosts = Json::array();
    for (const inventory::Host& host : inventory.hosts) {
        Json block_list = Json::array();
        for (const net::Prefix& block : host.blocks) {
            block_list.push_back(block.to_string());
        }
        Json peering_list = Json::array();
        for (const inventory::Peering& peering : host.peerings) {
            peering_list.push_back({{"router", peering.router},
                                    {"host_address", peering.host_address.to_string()},
                                    {"router_address", peering.router_address.to_string()}});
        }
        hosts.push_back({{"name", host.name},
                         {"asn", host.asn.value()},
                         {"access", access_json(host.access)},
                         {"agent_command", host.agent_command},
                         {"blocks", std::move(block_list)},
                         {"peerings", std::move(peering_list)}});
    }
    return hosts;
}

}  // namespace

std::string inventory_counts(const inventory::Inventory& inventory) {
    const auto looked_into = std::count_if(
        inventory.routers.begin(), inventory.routers.end(), [](const inventory::Router& router) {
            return !router.access.address.empty();
        });
    std::size_t peering_count = 0;
    for (const inventory::Host& host : inventory.hosts) {
        peering_count += host.peerings.size();
    }
    return count(inventory.routers.size(), "router") + " (" + std::to_string(looked_into) +
           " looked into), " + count(inventory.hosts.size(), "host") + ", " +
           count(peering_count, "peering") + ", " + count(inventory.links.size(), "link") + ", " +
           count(inventory.pools.size(), "pool");
}

std::string inventory_table(const inventory::Inventory& inventory) {
    Grid pools({"POOL", "PREFIX", "BLOCK SIZE"});
    for (const inventory::Pool& pool : inventory.pools) {
        pools.add({{pool.name}, {pool.cidr.to_string()}, {"/" + std::to_string(pool.block_size)}});
    }
    Grid routers({"ROUTER", "ROLE", "OS", "AS", "LOGIN"});
    for (const inventory::Router& router : inventory.routers) {
        routers.add({{router.name},
                     {std::string(inventory::to_string(router.role))},
                     {std::string(inventory::to_string(router.os))},
                     {router.asn.to_string()},
                     {reached(router.access)}});
    }
    Grid links({"LINK", "ADDRESS", "TO", "ADDRESS"});
    for (const inventory::Link& link : inventory.links) {
        links.add({{link.a}, {link.a_address.to_string()}, {link.b}, {link.b_address.to_string()}});
    }
    Grid hosts({"HOST", "AS", "BLOCKS", "PEERINGS", "LOGIN"});
    for (const inventory::Host& host : inventory.hosts) {
        hosts.add({{host.name},
                   {host.asn.to_string()},
                   {blocks(host)},
                   {peerings(host)},
                   {reached(host.access)}});
    }
    return pools.print(false) + "\n" + routers.print(false) + "\n" + links.print(false) + "\n" +
           hosts.print(false);
}

std::string inventory_json(const inventory::Inventory& inventory) {
    Json pools = Json::array();
    for (const inventory::Pool& pool : inventory.pools) {
        pools.push_back({{"name", pool.name},
                         {"cidr", pool.cidr.to_string()},
                         {"block_size", pool.block_size}});
    }
    Json routers = Json::array();
    for (const inventory::Router& router : inventory.routers) {
        routers.push_back({{"name", router.name},
                           {"os", inventory::to_string(router.os)},
                           {"role", inventory::to_string(router.role)},
                           {"asn", router.asn.value()},
                           {"access", access_json(router.access)}});
    }
    Json links = Json::array();
    for (const inventory::Link& link : inventory.links) {
        links.push_back({{"a", link.a},
                         {"a_address", link.a_address.to_string()},
                         {"b", link.b},
                         {"b_address", link.b_address.to_string()}});
    }
    const Json document = {{"schema", "routeproof.inventory/1"},
                           {"pools", std::move(pools)},
                           {"routers", std::move(routers)},
                           {"links", std::move(links)},
                           {"hosts", hosts_json(inventory)}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace routeproof::verifier
