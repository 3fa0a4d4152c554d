#include "agent/control/status.hpp"

#include "inventory/time.hpp"

#include <nlohmann/json.hpp>

namespace routeproof::control {
namespace {

using Json = nlohmann::ordered_json;

Json session_json(const bgp::SessionStatus& status) {
    return {{"peer", status.peer.to_string()},
            {"name", status.name},
            {"peer_as", status.peer_as.value()},
            {"local_address", status.local_address.to_string()},
            {"state", to_string(status.state)},
            {"since", to_rfc3339(std::chrono::floor<std::chrono::seconds>(status.since))},
            {"last_error", status.last_error},
            {"hold_time", status.hold_time.count()},
            {"advertised", status.advertised},
            {"received", status.received},
            {"accepted", status.accepted},
            {"updates_sent", status.updates_sent},
            {"updates_received", status.updates_received},
            {"updates_malformed", status.updates_malformed}};
}

}  // namespace

std::string make_status(const Identity& identity, const bgp::Speaker& speaker) {
    Json sessions = Json::array();
    for (const auto& status : speaker.sessions()) {
        sessions.push_back(session_json(status));
    }
    const Json json = {{"schema", "routeproof.node-status/1"},
                       {"host", identity.host},
                       {"asn", identity.asn.value()},
                       {"router_id", identity.router_id.to_string()},
                       {"version", ROUTEPROOF_VERSION},
                       {"sessions", std::move(sessions)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace routeproof::control
