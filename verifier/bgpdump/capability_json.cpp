#include "verifier/bgpdump/capability_json.hpp"

#include "verifier/bgpdump/json_fields.hpp"
#include "verifier/bgpdump/words.hpp"

namespace routeproof::bgpdump {
namespace {

using Json = nlohmann::ordered_json;
namespace capability = bgp::capability;
using bgp::CapabilityCode;
using AddPathMode = capability::AddPath::Mode;

Json named(CapabilityCode code, std::string_view name) {
    return {{"code", static_cast<unsigned>(code)}, {"name", std::string(name)}};
}

std::string_view unknown_name(std::uint8_t code) {
    switch (static_cast<CapabilityCode>(code)) {
        case CapabilityCode::LongLivedRestart:
            return "long-lived-graceful-restart";
        case CapabilityCode::Fqdn:
            return "fqdn";
        case CapabilityCode::SoftwareVersion:
            return "software-version";
        default:
            return "unknown";
    }
}

std::string_view mode_text(AddPathMode mode) {
    switch (mode) {
        case AddPathMode::Receive:
            return "receive";
        case AddPathMode::Send:
            return "send";
        case AddPathMode::Both:
            break;
    }
    return "both";
}

struct Describe {
    Json operator()(const capability::Multiprotocol& one) const {
        Json json = named(CapabilityCode::Multiprotocol, "multiprotocol");
        json["family"] = bgp::to_string(one.family);
        return json;
    }
    Json operator()(const capability::RouteRefresh&) const {
        return named(CapabilityCode::RouteRefresh, "route-refresh");
    }
    Json operator()(const capability::ExtendedNextHop& one) const {
        Json json = named(CapabilityCode::ExtendedNextHop, "extended-next-hop");
        json["entries"] = Json::array();
        for (const auto& entry : one.entries) {
            json["entries"].push_back({{"family", bgp::to_string(entry.family)},
                                       {"next_hop_afi", static_cast<unsigned>(entry.next_hop)}});
        }
        return json;
    }
    Json operator()(const capability::ExtendedMessage&) const {
        return named(CapabilityCode::ExtendedMessage, "extended-message");
    }
    Json operator()(const capability::Role& one) const {
        Json json = named(CapabilityCode::Role, "role");
        json["role"] = static_cast<unsigned>(one.role);
        return json;
    }
    Json operator()(const capability::GracefulRestart& one) const {
        Json json = named(CapabilityCode::GracefulRestart, "graceful-restart");
        json["restarting"] = one.restarting;
        json["notification"] = one.notification;
        json["restart_time"] = one.restart_time;
        json["families"] = Json::array();
        for (const auto& entry : one.entries) {
            json["families"].push_back({{"family", bgp::to_string(entry.family)},
                                        {"forwarding_preserved", entry.forwarding_preserved}});
        }
        return json;
    }
    Json operator()(const capability::FourOctetAs& one) const {
        Json json = named(CapabilityCode::FourOctetAs, "four-octet-as");
        json["asn"] = one.asn.value();
        return json;
    }
    Json operator()(const capability::AddPath& one) const {
        Json json = named(CapabilityCode::AddPath, "add-path");
        json["families"] = Json::array();
        for (const auto& entry : one.entries) {
            json["families"].push_back({{"family", bgp::to_string(entry.family)},
                                        {"mode", std::string(mode_text(entry.mode))}});
        }
        return json;
    }
    Json operator()(const capability::EnhancedRouteRefresh&) const {
        return named(CapabilityCode::EnhancedRouteRefresh, "enhanced-route-refresh");
    }
    Json operator()(const capability::Unknown& one) const {
        return {{"code", one.code},
                {"name", std::string(unknown_name(one.code))},
                {"value", bgp::to_hex(one.value, one.value.size())}};
    }
};

capability::ExtendedNextHop extended_next_hop(const Json& json) {
    capability::ExtendedNextHop one;
    for (const auto& entry : field::list(json, "entries")) {
        one.entries.push_back(
            {field::family(entry, "family"),
             static_cast<bgp::Afi>(field::number<std::uint16_t>(entry, "next_hop_afi"))});
    }
    return one;
}

capability::GracefulRestart graceful_restart(const Json& json) {
    capability::GracefulRestart one;
    one.restarting = field::flag(json, "restarting");
    one.notification = field::flag(json, "notification");
    one.restart_time = field::number<std::uint16_t>(json, "restart_time");
    constexpr unsigned kMost = 0xFFF;  // twelve bits (RFC 4724 3)
    if (one.restart_time > kMost) {
        throw std::invalid_argument("\"restart_time\" must be a number from 0 to 4095");
    }
    for (const auto& entry : field::list(json, "families")) {
        one.entries.push_back(
            {field::family(entry, "family"), field::flag(entry, "forwarding_preserved")});
    }
    return one;
}

capability::AddPath add_path(const Json& json) {
    capability::AddPath one;
    for (const auto& entry : field::list(json, "families")) {
        const std::string mode = field::text(entry, "mode");
        if (mode != "receive" && mode != "send" && mode != "both") {
            field::refuse(mode, "mode: write receive, send or both");
        }
        const auto value = mode == "receive" ? AddPathMode::Receive
                           : mode == "send"  ? AddPathMode::Send
                                             : AddPathMode::Both;
        one.entries.push_back({field::family(entry, "family"), value});
    }
    return one;
}

}  // namespace

Json capability_to_json(const bgp::Capability& capability) {
    return std::visit(Describe{}, capability);
}

bgp::Capability capability_from_json(const Json& json) {
    const auto code = field::number<std::uint8_t>(json, "code");
    if (json.contains("value")) {
        return capability::Unknown{code, field::bytes(json, "value")};
    }
    switch (static_cast<CapabilityCode>(code)) {
        case CapabilityCode::Multiprotocol:
            return capability::Multiprotocol{field::family(json, "family")};
        case CapabilityCode::RouteRefresh:
            return capability::RouteRefresh{};
        case CapabilityCode::ExtendedNextHop:
            return extended_next_hop(json);
        case CapabilityCode::ExtendedMessage:
            return capability::ExtendedMessage{};
        case CapabilityCode::Role:
            return capability::Role{
                static_cast<bgp::Role>(field::number<std::uint8_t>(json, "role"))};
        case CapabilityCode::GracefulRestart:
            return graceful_restart(json);
        case CapabilityCode::FourOctetAs:
            return capability::FourOctetAs{net::Asn(field::number<std::uint32_t>(json, "asn"))};
        case CapabilityCode::AddPath:
            return add_path(json);
        case CapabilityCode::EnhancedRouteRefresh:
            return capability::EnhancedRouteRefresh{};
        default:
            break;
    }
    throw std::invalid_argument("capability " + std::to_string(code) + " has no \"value\"");
}

}  // namespace routeproof::bgpdump
