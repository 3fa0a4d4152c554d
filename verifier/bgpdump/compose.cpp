#include "verifier/bgpdump/compose.hpp"

#include "agent/peering/wire/header.hpp"
#include "agent/peering/wire/nlri.hpp"
#include "agent/peering/wire/open.hpp"
#include "agent/peering/wire/route_refresh.hpp"
#include "verifier/bgpdump/capability_json.hpp"
#include "verifier/bgpdump/json_fields.hpp"
#include "verifier/bgpdump/words.hpp"

#include <algorithm>

namespace routeproof::bgpdump {
namespace {

using Json = nlohmann::ordered_json;

// An OPEN less its header, its own ten octets (RFC 4271 4.2) and the extended form's lengths
// (RFC 9072 2).
constexpr std::size_t kMostCapabilities = bgp::kMaxMessage - bgp::kHeaderSize - 10 - 6;

net::Prefix read_prefix(const std::string& text) {
    const auto parsed = net::Prefix::parse(text);
    if (!parsed) {
        field::refuse(text, "prefix");
    }
    return *parsed;
}

void read_prefixes(const Json& list,
                   std::vector<net::Prefix>& prefixes,
                   std::vector<std::uint32_t>& path_ids) {
    for (const auto& one : list) {
        if (one.is_string()) {
            prefixes.push_back(read_prefix(one.get<std::string>()));
        } else {
            prefixes.push_back(read_prefix(field::text(one, "prefix")));
            path_ids.push_back(field::number<std::uint32_t>(one, "path_id"));
        }
    }
    if (!path_ids.empty() && path_ids.size() != prefixes.size()) {
        throw std::invalid_argument("some prefixes have a \"path_id\" and some have none");
    }
}

net::AsPath read_as_path(const Json& attributes) {
    std::vector<net::AsPathSegment> segments;
    if (!attributes.contains("as_path_segments")) {
        const std::string text = field::text(attributes, "as_path");
        const auto path = net::AsPath::parse(text);
        if (!path) {
            field::refuse(text, "AS path");
        }
        return *path;
    }
    for (const auto& one : field::list(attributes, "as_path_segments")) {
        const std::string type = field::text(one, "type");
        const auto known = segment_type_of(type);
        if (!known) {
            field::refuse(type, "type of an AS path segment");
        }
        net::AsPathSegment segment{*known, {}};
        for (const auto& asn : field::list(one, "asns")) {
            if (!asn.is_number_unsigned() || asn.get<std::uint64_t>() > 0xFFFFFFFF) {
                throw std::invalid_argument("\"asns\" holds something that is no AS number");
            }
            segment.asns.emplace_back(asn.get<std::uint32_t>());
        }
        segments.push_back(std::move(segment));
    }
    return net::AsPath(std::move(segments));
}

void read_communities(const Json& json, bgp::PathAttributes& attributes) {
    for (const auto& one : field::list(json, "communities")) {
        const std::string text = one.get<std::string>();
        const auto community = net::Community::parse(text);
        if (!community) {
            field::refuse(text, "community");
        }
        attributes.communities.push_back(*community);
    }
    for (const auto& one : field::list(json, "extended_communities")) {
        const auto octets = bytes_of(one.get<std::string>());
        bgp::ExtendedCommunity community;
        if (!octets || octets->size() != community.octets.size()) {
            field::refuse(one.get<std::string>(), "extended community: write 16 hex digits");
        }
        std::copy(octets->begin(), octets->end(), community.octets.begin());
        attributes.extended_communities.push_back(community);
    }
    for (const auto& one : field::list(json, "large_communities")) {
        const std::string text = one.get<std::string>();
        const auto community = large_of(text);
        if (!community) {
            field::refuse(text, "large community");
        }
        attributes.large_communities.push_back(*community);
    }
}

bgp::PathAttributes read_attributes(const Json& json) {
    bgp::PathAttributes attributes;
    if (json.contains("origin")) {
        const std::string text = field::text(json, "origin");
        attributes.origin = origin_of(text);
        if (!attributes.origin) {
            field::refuse(text, "origin: write igp, egp or incomplete");
        }
    }
    if (json.contains("as_path") || json.contains("as_path_segments")) {
        attributes.as_path = read_as_path(json);
    }
    if (json.contains("next_hop")) {
        attributes.next_hop = field::address(json, "next_hop");
    }
    if (json.contains("med")) {
        attributes.med = field::number<std::uint32_t>(json, "med");
    }
    if (json.contains("local_pref")) {
        attributes.local_pref = field::number<std::uint32_t>(json, "local_pref");
    }
    attributes.atomic_aggregate = field::flag(json, "atomic_aggregate");
    if (json.contains("aggregator")) {
        const Json& one = json["aggregator"];
        attributes.aggregator = bgp::Aggregator{net::Asn(field::number<std::uint32_t>(one, "asn")),
                                                field::address(one, "address")};
    }
    if (json.contains("originator_id")) {
        attributes.originator_id = field::address(json, "originator_id");
    }
    for (const auto& one : field::list(json, "cluster_list")) {
        const auto cluster = net::Address::parse(one.get<std::string>());
        if (!cluster) {
            field::refuse(one.get<std::string>(), "cluster id");
        }
        attributes.cluster_list.push_back(*cluster);
    }
    read_communities(json, attributes);
    if (json.contains("otc")) {
        attributes.only_to_customer = net::Asn(field::number<std::uint32_t>(json, "otc"));
    }
    for (const auto& one : field::list(json, "unknown")) {
        attributes.unknown.push_back({field::number<std::uint8_t>(one, "flags"),
                                      field::number<std::uint8_t>(one, "code"),
                                      field::bytes(one, "value")});
    }
    return attributes;
}

bgp::Update read_update(const Json& message) {
    bgp::Update update;
    read_prefixes(field::list(message, "withdrawn_routes"),
                  update.withdrawn_routes,
                  update.withdrawn_path_ids);
    if (message.contains("attributes")) {
        update.attributes = read_attributes(message["attributes"]);
    }
    if (message.contains("mp_reach")) {
        const Json& json = message["mp_reach"];
        bgp::MpReach reach;
        reach.family = field::family(json, "family");
        reach.next_hop = field::address(json, "next_hop");
        if (json.contains("link_local")) {
            reach.link_local = field::address(json, "link_local");
        }
        read_prefixes(field::list(json, "nlri"), reach.nlri, reach.path_ids);
        update.mp_reach = std::move(reach);
    }
    if (message.contains("mp_unreach")) {
        const Json& json = message["mp_unreach"];
        bgp::MpUnreach unreach;
        unreach.family = field::family(json, "family");
        read_prefixes(
            field::list(json, "withdrawn_routes"), unreach.withdrawn_routes, unreach.path_ids);
        update.mp_unreach = std::move(unreach);
    }
    read_prefixes(field::list(message, "nlri"), update.nlri, update.nlri_path_ids);
    return update;
}

bgp::Bytes compose_capabilities(const Json& message) {
    bgp::Writer writer(0xFFFF);
    for (const auto& one : field::list(message, "capabilities")) {
        bgp::write_capability(writer, capability_from_json(one));
    }
    if (!writer.ok()) {
        throw std::invalid_argument("a capability holds more than 255 octets");
    }
    return writer.take();
}

bgp::Bytes compose_open(const Json& message) {
    bgp::OpenMessage open;
    open.my_as = net::Asn(field::number<std::uint16_t>(message, "my_as"));
    open.hold_time = field::number<std::uint16_t>(message, "hold_time");
    open.bgp_identifier = net::RouterId(field::address(message, "bgp_identifier").to_v4());
    for (const auto& one : field::list(message, "capabilities")) {
        open.capabilities.push_back(capability_from_json(one));
    }
    if (compose_capabilities(message).size() > kMostCapabilities) {
        throw std::invalid_argument("the capabilities do not fit an OPEN of " +
                                    std::to_string(bgp::kMaxMessage) + " octets");
    }
    return bgp::encode_message(bgp::MessageType::Open, bgp::encode_body(open));
}

bgp::Bytes compose_message(const Json& message, const Context& context) {
    const std::string type = field::text(message, "type");
    if (type == "OPEN") {
        return compose_open(message);
    }
    if (type == "UPDATE") {
        const auto limit = context.extended_message ? bgp::kMaxExtendedMessage : bgp::kMaxMessage;
        auto octets = bgp::encode_update(read_update(message), context.update, limit);
        if (!octets) {
            throw std::invalid_argument("the UPDATE does not fit " + std::to_string(limit) +
                                        " octets: split it");
        }
        return std::move(*octets);
    }
    if (type == "NOTIFICATION") {
        const bgp::Notification notification(
            static_cast<bgp::ErrorCode>(field::number<std::uint8_t>(message, "code")),
            field::number<std::uint8_t>(message, "subcode"),
            message.contains("data") ? field::bytes(message, "data") : bgp::Bytes{});
        return bgp::encode_message(bgp::MessageType::Notification, bgp::encode_body(notification));
    }
    if (type == "KEEPALIVE") {
        return bgp::encode_message(bgp::MessageType::Keepalive);
    }
    if (type == "ROUTE-REFRESH") {
        const bgp::RouteRefresh refresh{
            field::family(message, "family"),
            static_cast<bgp::RefreshSubtype>(field::number<std::uint8_t>(message, "subtype"))};
        return bgp::encode_message(bgp::MessageType::RouteRefresh, bgp::encode_body(refresh));
    }
    field::refuse(type, "message type: write OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE-REFRESH");
}

bgp::Bytes compose_attributes(const Json& message, const Context& context) {
    auto octets = bgp::encode_attributes_of(read_update(message), context.update);
    if (!octets) {
        throw std::invalid_argument("the attributes do not fit a message");
    }
    return std::move(*octets);
}

bgp::Bytes compose_nlri(const Json& message) {
    std::vector<net::Prefix> prefixes;
    std::vector<std::uint32_t> path_ids;
    read_prefixes(field::list(message, "nlri"), prefixes, path_ids);
    bgp::Writer writer(0xFFFFFF);
    bgp::write_prefixes(writer, prefixes, path_ids);
    return writer.take();
}

std::vector<bgp::AfiSafi> read_families(const Json& json, const char* name) {
    std::vector<bgp::AfiSafi> families;
    for (const auto& one : field::list(json, name)) {
        if (!one.is_string()) {
            throw std::invalid_argument('"' + std::string(name) + "\" must list texts");
        }
        const auto family = family_named(one.get<std::string>());
        if (!family) {
            field::refuse(one.get<std::string>(),
                          "address family: write ipv4-unicast, ipv6-unicast or AFI/SAFI");
        }
        families.push_back(*family);
    }
    return families;
}

}  // namespace

Context read_context(const Json& json) {
    Context context;
    if (!json.is_object()) {
        throw std::invalid_argument("\"context\" must be an object");
    }
    for (const auto& [key, value] : json.items()) {
        constexpr std::string_view kKnown[] = {
            "as4", "extended_message", "addpath", "peer", "families"};
        if (std::find(std::begin(kKnown), std::end(kKnown), key) == std::end(kKnown)) {
            field::refuse(key, "key of a context: as4, extended_message, addpath, peer, families");
        }
    }
    if (json.contains("as4")) {
        context.update.four_octet_as = field::flag(json, "as4");
    }
    context.extended_message = field::flag(json, "extended_message");
    if (json.contains("peer")) {
        const std::string peer = field::text(json, "peer");
        if (peer != "ebgp" && peer != "ibgp") {
            field::refuse(peer, "kind of peer: write ebgp or ibgp");
        }
        context.update.internal = peer == "ibgp";
    }
    context.update.add_path = read_families(json, "addpath");
    if (auto families = read_families(json, "families"); !families.empty()) {
        context.update.families = std::move(families);
    }
    return context;
}

Kind read_kind(const Json& line) {
    if (!line.contains("kind")) {
        return Kind::Message;
    }
    const std::string text = field::text(line, "kind");
    for (const Kind kind : {Kind::Message, Kind::Attributes, Kind::Capability, Kind::Nlri}) {
        if (text == to_string(kind)) {
            return kind;
        }
    }
    field::refuse(text, "kind: write message, attributes, capability or nlri");
}

bgp::Bytes compose(const Json& line) {
    const Kind kind = read_kind(line);
    const Context context = line.contains("context") ? read_context(line["context"]) : Context{};
    const Json& message = field::member(line, "message");
    switch (kind) {
        case Kind::Message:
            return compose_message(message, context);
        case Kind::Attributes:
            return compose_attributes(message, context);
        case Kind::Capability:
            return compose_capabilities(message);
        case Kind::Nlri:
            break;
    }
    return compose_nlri(message);
}

}  // namespace routeproof::bgpdump
