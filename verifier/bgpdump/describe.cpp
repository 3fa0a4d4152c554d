#include "verifier/bgpdump/describe.hpp"

#include "agent/peering/wire/attribute_table.hpp"
#include "agent/peering/wire/header.hpp"
#include "agent/peering/wire/nlri.hpp"
#include "agent/peering/wire/open.hpp"
#include "agent/peering/wire/route_refresh.hpp"
#include "verifier/bgpdump/capability_json.hpp"
#include "verifier/bgpdump/words.hpp"

namespace routeproof::bgpdump {
namespace {

using Json = nlohmann::ordered_json;
using bgp::ByteView;
using bgp::ErrorAction;

struct Verdict {
    ErrorAction action = ErrorAction::None;
    std::optional<bgp::Notification> notification;
    Json errors = Json::array();
    Json message;
};

std::string hex(ByteView octets) {
    return bgp::to_hex(octets, octets.size());
}

Json notification_json(const bgp::Notification& notification) {
    Json json = {{"code", static_cast<unsigned>(notification.code)},
                 {"subcode", notification.subcode},
                 {"name", bgp::error_name(notification)},
                 {"data", hex(notification.data)}};
    if (const auto text = bgp::shutdown_text(notification); !text.empty()) {
        json["text"] = bgp::escape(text);
    }
    // RFC 8538 3.1: what it wraps. A hard reset that wraps a hard reset means nothing more, and
    // 32,000 of them fit into one message.
    if (bgp::is_hard_reset(notification) && notification.data.size() >= 2) {
        const auto wrapped = bgp::decode_notification(notification.data);
        if (!bgp::is_hard_reset(wrapped)) {
            json["wraps"] = notification_json(wrapped);
        }
    }
    return json;
}

Json prefixes_json(const std::vector<net::Prefix>& prefixes,
                   const std::vector<std::uint32_t>& path_ids) {
    Json json = Json::array();
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
        if (path_ids.empty()) {
            json.push_back(prefixes[i].to_string());
        } else {
            json.push_back({{"prefix", prefixes[i].to_string()}, {"path_id", path_ids[i]}});
        }
    }
    return json;
}

Json errors_json(const std::vector<bgp::AttributeError>& errors) {
    Json json = Json::array();
    for (const auto& error : errors) {
        json.push_back({{"attribute", bgp::attribute_name(error.attribute)},
                        {"code", error.attribute},
                        {"action", std::string(bgp::to_string(error.action))},
                        {"why", error.why},
                        {"notification", notification_json(error.notification)}});
    }
    return json;
}

/// What stands there, readable or not.
Json octets_of(ByteView attributes) {
    Json json = Json::array();
    bgp::Reader reader(attributes);
    while (!reader.empty()) {
        const std::uint8_t flags = reader.u8();
        const std::uint8_t code = reader.u8();
        const bool extended = (flags & bgp::flag::kExtendedLength) != 0;
        const std::size_t length = extended ? reader.u16() : reader.u8();
        if (!reader.ok()) {
            break;
        }
        const ByteView value = reader.bytes(std::min(length, reader.remaining()));
        json.push_back({{"code", code},
                        {"name", bgp::attribute_name(code)},
                        {"flags", flags_text(flags)},
                        {"length", length},
                        {"value", hex(value)}});
    }
    return json;
}

void add_multiprotocol(Json& json,
                       const std::optional<bgp::MpReach>& reach,
                       const std::optional<bgp::MpUnreach>& unreach) {
    if (reach) {
        Json& mp = json["mp_reach"] = {{"family", bgp::to_string(reach->family)},
                                       {"next_hop", reach->next_hop.to_string()}};
        if (reach->link_local) {
            mp["link_local"] = reach->link_local->to_string();
        }
        mp["nlri"] = prefixes_json(reach->nlri, reach->path_ids);
    }
    if (unreach) {
        json["mp_unreach"] = {
            {"family", bgp::to_string(unreach->family)},
            {"withdrawn_routes", prefixes_json(unreach->withdrawn_routes, unreach->path_ids)}};
    }
}

void decode_update(ByteView body, const Context& context, Verdict& verdict) {
    verdict.message["type"] = "UPDATE";
    bgp::Reader reader(body);
    reader.bytes(reader.u16());
    const ByteView attributes = reader.bytes(reader.u16());
    const auto update = bgp::decode_update(body, context.update);
    if (!update) {
        verdict.action = ErrorAction::SessionReset;
        verdict.notification = update.error();
        if (reader.ok()) {
            verdict.errors = errors_json(bgp::decode_attributes(attributes, context.update).errors);
        }
    } else {
        verdict.action = update->action;
        verdict.errors = errors_json(update->errors);
        auto& json = verdict.message;
        json["withdrawn_routes"] =
            prefixes_json(update->withdrawn_routes, update->withdrawn_path_ids);
        json["attributes"] = describe_attributes(update->attributes);
        add_multiprotocol(json, update->mp_reach, update->mp_unreach);
        json["nlri"] = prefixes_json(update->nlri, update->nlri_path_ids);
        if (const auto family = bgp::end_of_rib(*update)) {
            json["end_of_rib"] = bgp::to_string(*family);
        }
    }
    if (reader.ok() && !attributes.empty()) {
        verdict.message["attribute_octets"] = octets_of(attributes);
    }
}

void decode_open(ByteView body, Verdict& verdict) {
    verdict.message["type"] = "OPEN";
    const auto open = bgp::decode_open(body);
    if (!open) {
        verdict.notification = open.error();
        return;
    }
    Json capabilities = Json::array();
    for (const auto& capability : open->capabilities) {
        capabilities.push_back(capability_to_json(capability));
    }
    verdict.message.update({{"version", bgp::kBgpVersion},
                            {"my_as", open->my_as.value()},
                            {"asn", open->asn().value()},
                            {"hold_time", open->hold_time},
                            {"bgp_identifier", open->bgp_identifier.to_string()},
                            {"capabilities", std::move(capabilities)}});
    verdict.notification = bgp::check_open(*open);
}

void decode_route_refresh(ByteView body, Verdict& verdict) {
    verdict.message["type"] = "ROUTE-REFRESH";
    const auto refresh = bgp::decode_route_refresh(body);
    if (!refresh) {
        verdict.notification = refresh.error();
        return;
    }
    verdict.message["family"] = bgp::to_string(refresh->family);
    verdict.message["subtype"] = static_cast<unsigned>(refresh->subtype);
}

void decode_message(ByteView octets, const Context& context, Verdict& verdict) {
    verdict.message = Json::object();
    // RFC 4271 6.1: a header that is not there cannot be synchronized with.
    if (octets.size() < bgp::kHeaderSize) {
        verdict.notification =
            bgp::Notification(bgp::ErrorCode::MessageHeader, bgp::header_error::kNotSynchronized);
        verdict.message["octets"] = octets.size();
        return;
    }
    const std::size_t limit =
        context.extended_message ? bgp::kMaxExtendedMessage : bgp::kMaxMessage;
    const auto header = bgp::decode_header(octets.first(bgp::kHeaderSize), limit);
    if (!header) {
        verdict.notification = header.error();
        return;
    }
    if (header->length != octets.size()) {
        verdict.notification = bgp::Notification(bgp::ErrorCode::MessageHeader,
                                                 bgp::header_error::kBadLength,
                                                 bgp::Bytes{octets[16], octets[17]});
        verdict.message["length"] = header->length;
        verdict.message["octets"] = octets.size();
        return;
    }
    const ByteView body = octets.subspan(bgp::kHeaderSize);
    switch (header->type) {
        case bgp::MessageType::Open:
            return decode_open(body, verdict);
        case bgp::MessageType::Update:
            return decode_update(body, context, verdict);
        case bgp::MessageType::Notification:
            verdict.message["type"] = "NOTIFICATION";
            verdict.message.update(notification_json(bgp::decode_notification(body)));
            return;
        case bgp::MessageType::Keepalive:
            verdict.message["type"] = "KEEPALIVE";
            return;
        case bgp::MessageType::RouteRefresh:
            return decode_route_refresh(body, verdict);
    }
}

void decode_attributes(ByteView octets, const Context& context, Verdict& verdict) {
    const auto decoded = bgp::decode_attributes(octets, context.update);
    verdict.action = decoded.action();
    verdict.errors = errors_json(decoded.errors);
    verdict.message = {{"attributes", describe_attributes(decoded.attributes)}};
    add_multiprotocol(verdict.message, decoded.mp_reach, decoded.mp_unreach);
    verdict.message["attribute_octets"] = octets_of(octets);
    for (const auto& error : decoded.errors) {
        if (error.action == ErrorAction::SessionReset && !verdict.notification) {
            verdict.notification = error.notification;
        }
    }
}

void decode_capabilities(ByteView octets, Verdict& verdict) {
    bgp::Reader reader(octets);
    std::vector<bgp::Capability> capabilities;
    bgp::read_capabilities(reader, capabilities);
    Json json = Json::array();
    for (const auto& capability : capabilities) {
        json.push_back(capability_to_json(capability));
    }
    verdict.message = {{"capabilities", std::move(json)}};
    if (!reader.ok()) {
        verdict.notification =
            bgp::Notification(bgp::ErrorCode::Open, bgp::open_error::kUnspecific);
    }
}

void decode_nlri(ByteView octets, const Context& context, Verdict& verdict) {
    const auto family =
        context.update.families.empty() ? bgp::kIpv4Unicast : context.update.families.front();
    bgp::Reader reader(octets);
    std::vector<net::Prefix> prefixes;
    std::vector<std::uint32_t> path_ids;
    if (bgp::carries_path_ids(context.update, family)) {
        bgp::read_prefixes(reader, *bgp::family_of(family), prefixes, path_ids);
    } else {
        bgp::read_prefixes(reader, *bgp::family_of(family), prefixes);
    }
    verdict.message = {{"family", bgp::to_string(family)},
                       {"nlri", prefixes_json(prefixes, path_ids)}};
    if (!reader.ok()) {  // RFC 7606 5.3
        const bool own_field = family == bgp::kIpv4Unicast;
        verdict.notification = bgp::Notification(bgp::ErrorCode::Update,
                                                 own_field ? bgp::update_error::kInvalidNetworkField
                                                           : bgp::update_error::kOptionalAttribute);
    }
}

}  // namespace

Json describe_context(const Context& context) {
    const auto names = [](const std::vector<bgp::AfiSafi>& families) {
        Json json = Json::array();
        for (const auto& family : families) {
            json.push_back(bgp::to_string(family));
        }
        return json;
    };
    return {{"as4", context.update.four_octet_as},
            {"extended_message", context.extended_message},
            {"addpath", names(context.update.add_path)},
            {"peer", context.update.internal ? "ibgp" : "ebgp"},
            {"families", names(context.update.families)}};
}

Json describe_attributes(const bgp::PathAttributes& attributes) {
    Json json = Json::object();
    if (attributes.origin) {
        json["origin"] = origin_text(*attributes.origin);
    }
    if (attributes.as_path) {
        json["as_path"] = attributes.as_path->to_string();
        Json segments = Json::array();
        for (const auto& segment : attributes.as_path->segments()) {
            Json asns = Json::array();
            for (const auto asn : segment.asns) {
                asns.push_back(asn.value());
            }
            segments.push_back({{"type", segment_text(segment.type)}, {"asns", std::move(asns)}});
        }
        json["as_path_segments"] = std::move(segments);
    }
    if (attributes.next_hop) {
        json["next_hop"] = attributes.next_hop->to_string();
    }
    if (attributes.med) {
        json["med"] = *attributes.med;
    }
    if (attributes.local_pref) {
        json["local_pref"] = *attributes.local_pref;
    }
    if (attributes.atomic_aggregate) {
        json["atomic_aggregate"] = true;
    }
    if (attributes.aggregator) {
        json["aggregator"] = {{"asn", attributes.aggregator->asn.value()},
                              {"address", attributes.aggregator->address.to_string()}};
    }
    if (attributes.originator_id) {
        json["originator_id"] = attributes.originator_id->to_string();
    }
    for (const auto& cluster : attributes.cluster_list) {
        json["cluster_list"].push_back(cluster.to_string());
    }
    for (const auto& community : attributes.communities) {
        json["communities"].push_back(community.to_string());
    }
    for (const auto& extended : attributes.extended_communities) {
        json["extended_communities"].push_back(hex(extended.octets));
    }
    for (const auto& large : attributes.large_communities) {
        json["large_communities"].push_back(large_text(large));
    }
    if (attributes.only_to_customer) {
        json["otc"] = attributes.only_to_customer->value();
    }
    for (const auto& unknown : attributes.unknown) {
        json["unknown"].push_back(
            {{"code", unknown.code}, {"flags", unknown.flags}, {"value", hex(unknown.value)}});
    }
    return json;
}

Json describe(const Source& source, Kind kind, ByteView octets, const Context& context) {
    Verdict verdict;
    switch (kind) {
        case Kind::Message:
            decode_message(octets, context, verdict);
            break;
        case Kind::Attributes:
            decode_attributes(octets, context, verdict);
            break;
        case Kind::Capability:
            decode_capabilities(octets, verdict);
            break;
        case Kind::Nlri:
            decode_nlri(octets, context, verdict);
            break;
    }
    if (verdict.notification) {
        verdict.action = ErrorAction::SessionReset;
    }
    Json line = {{"schema", "routeproof.bgp-decode/1"},
                 {"source", source},
                 {"kind", std::string(to_string(kind))},
                 {"context", describe_context(context)},
                 {"verdict", std::string(bgp::to_string(verdict.action))}};
    if (verdict.notification) {
        line["notification"] = notification_json(*verdict.notification);
    }
    if (!verdict.errors.empty()) {
        line["errors"] = std::move(verdict.errors);
    }
    line["message"] = std::move(verdict.message);
    return line;
}

}  // namespace routeproof::bgpdump
