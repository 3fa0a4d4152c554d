#include "tests/unit/drivers/support/facts_json.hpp"

namespace routeproof::drivers {

using Json = nlohmann::ordered_json;

namespace {

Json origin_as(const net::AsPath& path) {
    if (const auto origin = path.origin()) {
        return origin->value();
    }
    return path.origin_is_set() ? "set" : "none";
}

}  // namespace

Json to_golden(const DeviceFacts& facts) {
    return {{"hostname", facts.hostname},
            {"os", facts.os},
            {"version", facts.version},
            {"model", facts.model}};
}

Json to_golden(const std::vector<BgpSession>& sessions) {
    Json list = Json::array();
    for (const auto& session : sessions) {
        Json each{{"peer", session.peer.to_string()},
                  {"peer_as", session.peer_as.value()},
                  {"state", session.state},
                  {"established", session.established}};
        if (session.received) {
            each["received"] = *session.received;
        }
        if (session.accepted) {
            each["accepted"] = *session.accepted;
        }
        if (!session.import_policy.empty()) {
            each["import_policy"] = session.import_policy;
        }
        if (!session.last_error.empty()) {
            each["last_error"] = session.last_error;
        }
        list.push_back(each);
    }
    return list;
}

Json to_golden(const RouteTable& table) {
    constexpr std::array kOrigins{"igp", "egp", "incomplete"};
    Json list = Json::array();
    for (const auto& route : table.routes) {
        Json each{{"prefix", route.prefix.to_string()}, {"table", route.table}};
        if (route.from) {
            each["from"] = route.from->to_string();
        }
        each["as_path"] = route.as_path.to_string();
        each["origin_as"] = origin_as(route.as_path);
        each["origin"] = kOrigins.at(static_cast<std::size_t>(route.origin));
        each["next_hops"] = Json::array();
        for (const auto& hop : route.next_hops) {
            each["next_hops"].push_back(hop.to_string());
        }
        for (const auto& hop : route.resolved) {
            each["resolved"].push_back(hop.to_string());
        }
        each["valid"] = route.valid;
        each["best"] = route.best;
        if (route.multipath) {
            each["multipath"] = true;
        }
        if (!route.reason.empty()) {
            each["reason"] = route.reason;
        }
        for (const auto& community : route.communities) {
            each["communities"].push_back(community.to_string());
        }
        for (const auto& community : route.other_communities) {
            each["other_communities"].push_back(community);
        }
        if (!route.protocol.empty()) {
            each["protocol"] = route.protocol;
        }
        if (!route.rd.empty()) {
            each["rd"] = route.rd;
        }
        if (route.med) {
            each["med"] = *route.med;
        }
        if (route.local_preference) {
            each["local_preference"] = *route.local_preference;
        }
        list.push_back(each);
    }
    return {{"table_seen", table.table_seen}, {"routes", list}};
}

Json to_golden(const ForwardingTable& table) {
    Json list = Json::array();
    for (const auto& entry : table.entries) {
        Json hops = Json::array();
        for (const auto& hop : entry.hops) {
            hops.push_back((hop.address ? hop.address->to_string() : "connected") +
                           (hop.interface.empty() ? "" : '%' + hop.interface));
        }
        list.push_back({{"prefix", entry.prefix.to_string()},
                        {"table", entry.table},
                        {"protocol", entry.protocol},
                        {"hops", std::move(hops)},
                        {"discard", entry.discard},
                        {"installed", entry.installed}});
    }
    return {{"table_seen", table.table_seen}, {"entries", list}};
}

Json to_golden(const SavedReply& reply) {
    constexpr std::array kKinds{"bgp", "forwarding", "no-bgp"};
    Json golden{{"kind", kKinds.at(static_cast<std::size_t>(reply.kind))},
                {"format", reply.format},
                {"tables", reply.tables},
                {"skipped", reply.skipped},
                {"notes", reply.notes}};
    golden["routes"] = to_golden(RouteTable{true, reply.routes})["routes"];
    golden["forwarding"] = to_golden(ForwardingTable{true, reply.forwarding})["entries"];
    return golden;
}

}  // namespace routeproof::drivers
