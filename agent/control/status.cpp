#include "agent/control/status.hpp"

#include "agent/peering/wire/attribute_table.hpp"
#include "inventory/time.hpp"

#include <nlohmann/json.hpp>

namespace routeproof::control {
namespace {

using Json = nlohmann::ordered_json;
using bgp::SessionStatus;

Json messages_json(const bgp::MessageCounts& counts) {
    return {{"open", counts.open},
            {"update", counts.update},
            {"keepalive", counts.keepalive},
            {"notification", counts.notification},
            {"route_refresh", counts.route_refresh},
            {"octets", counts.octets}};
}

Json families_json(const SessionStatus& status) {
    Json families = Json::array();
    for (const auto& family : status.families) {
        families.push_back({{"family", to_string(family.family)},
                            {"advertised", family.advertised},
                            {"received", family.received},
                            {"accepted", family.accepted},
                            {"stale", family.stale},
                            {"end_of_rib", family.end_of_rib}});
    }
    return families;
}

Json faults_json(const SessionStatus& status) {
    Json faults = Json::array();
    for (const auto& [fault, count] : status.faults) {
        faults.push_back({{"action", to_string(fault.first)},
                          {"attribute", bgp::attribute_name(fault.second)},
                          {"count", count}});
    }
    return faults;
}

/// What both sides can do, in words for people.
Json capabilities_json(const bgp::Negotiated& agreed) {
    Json words = Json::array();
    for (const auto family : agreed.families) {
        words.push_back(to_string(family));
    }
    const auto add = [&words](bool both, const char* word) {
        if (both) {
            words.push_back(word);
        }
    };
    add(agreed.four_octet_as, "4-octet AS");
    add(agreed.route_refresh, "route refresh");
    add(agreed.enhanced_route_refresh, "enhanced route refresh");
    add(agreed.max_message > 4096, "extended messages");
    add(!agreed.extended_next_hop.empty(), "extended next hop");
    add(!agreed.add_path.empty(), "add-path (receive)");
    add(agreed.graceful_restart.has_value(), "graceful restart");
    add(agreed.peer_role.has_value(), "role");
    return words;
}

Json restart_json(const std::optional<bgp::capability::GracefulRestart>& restart) {
    if (!restart) {
        return nullptr;
    }
    Json preserved = Json::array();
    for (const auto& [family, forwarding_preserved] : restart->entries) {
        if (forwarding_preserved) {
            preserved.push_back(to_string(family));
        }
    }
    return {{"restart_time", restart->restart_time},
            {"restarting", restart->restarting},
            {"notification", restart->notification},
            {"forwarding_preserved", std::move(preserved)}};
}

Json agreed_json(const std::optional<bgp::Negotiated>& agreed) {
    if (!agreed) {
        return nullptr;
    }
    return {{"peer_id", agreed->peer_id.to_string()},
            {"hold_time", agreed->hold_time.count()},
            {"keepalive_ms", agreed->keepalive.count()},
            {"max_message", agreed->max_message},
            {"capabilities", capabilities_json(*agreed)},
            {"graceful_restart", restart_json(agreed->graceful_restart)}};
}

Json session_json(const SessionStatus& status) {
    Json json = {{"key", status.key},
                 {"peer", status.peer.to_string()},
                 {"name", status.name},
                 {"interface", status.interface},
                 {"peer_as", status.peer_as.value()},
                 {"local_address", status.local_address.to_string()},
                 {"state", to_string(status.state)},
                 {"since", to_rfc3339(std::chrono::floor<std::chrono::seconds>(status.since))},
                 {"uptime", status.uptime.count()},
                 {"held", status.held},
                 {"last_error", status.last_error},
                 {"last_error_sent", status.last_error_sent},
                 {"last_error_received", status.last_error_received},
                 {"flaps", status.flaps},
                 {"draining", status.draining},
                 {"hold_time", status.hold_time.count()},
                 {"advertised", status.advertised},
                 {"received", status.received},
                 {"accepted", status.accepted},
                 {"updates_sent", status.updates_sent},
                 {"updates_received", status.updates_received},
                 {"updates_malformed", status.updates_malformed},
                 {"faults", faults_json(status)},
                 {"families", families_json(status)},
                 {"messages_sent", messages_json(status.sent_messages)},
                 {"messages_received", messages_json(status.received_messages)},
                 {"agreed", agreed_json(status.negotiated)}};
    if (status.bfd) {
        json["bfd"] = to_string(*status.bfd);
    }
    if (status.restart) {
        json["restart_left"] = status.restart->count();
    }
    return json;
}

}  // namespace

std::string make_status(const Identity& identity,
                        const bgp::Speaker& speaker,
                        const std::vector<std::pair<std::string, std::string>>& parts) {
    Json sessions = Json::array();
    for (const auto& status : speaker.sessions()) {
        sessions.push_back(session_json(status));
    }
    Json json = {{"schema", "routeproof.node-status/1"},
                 {"host", identity.host},
                 {"asn", identity.asn.value()},
                 {"router_id", identity.router_id.to_string()},
                 {"version", ROUTEPROOF_VERSION},
                 {"draining", speaker.draining()},
                 {"sessions", std::move(sessions)}};
    for (const auto& [name, text] : parts) {
        json[name] = Json::parse(text);
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace routeproof::control
