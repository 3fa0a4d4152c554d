#include "agent/peering/wire/attribute_table.hpp"

#include "agent/peering/wire/as_path_codec.hpp"
#include "agent/peering/wire/nlri.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace routeproof::bgp {
namespace {

constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
constexpr std::uint8_t kWellKnown = flag::kTransitive;
constexpr std::uint8_t kOptionalTransitive = flag::kOptional | flag::kTransitive;
constexpr std::uint8_t kOptionalNonTransitive = flag::kOptional;

net::Address read_address(Reader& value, std::size_t octets) {
    const auto address = net::Address::from_octets(value.bytes(octets));
    return address ? *address : net::Address{};
}

// --- ORIGIN ---------------------------------------------------------------------------------

const char* decode_origin(Reader& value, const UpdateContext&, AttributeSet& into) {
    const std::uint8_t origin = value.u8();
    if (origin > static_cast<std::uint8_t>(Origin::Incomplete)) {
        return "value is none of 0-2";
    }
    into.attributes.origin = static_cast<Origin>(origin);
    return nullptr;
}

void encode_origin(Writer& value, const UpdateContext&, const PathAttributes& from) {
    value.u8(static_cast<std::uint8_t>(*from.origin));
}

bool has_origin(const UpdateContext&, const PathAttributes& from) {
    return from.origin.has_value();
}

// --- AS_PATH, AS4_PATH ----------------------------------------------------------------------

const char* decode_as_path(Reader& value, const UpdateContext& context, AttributeSet& into) {
    net::AsPath path;
    if (const char* why = read_as_path(value, context.four_octet_as, path)) {
        return why;
    }
    // RFC 5065 5: a confederation's inside must not leave it.
    if (!context.internal && has_confederation_segments(path)) {
        return "confederation segment from an external peer";
    }
    into.attributes.as_path = std::move(path);
    return nullptr;
}

void encode_as_path(Writer& value, const UpdateContext& context, const PathAttributes& from) {
    write_as_path(value, context.four_octet_as, *from.as_path);
}

bool has_as_path(const UpdateContext&, const PathAttributes& from) {
    return from.as_path.has_value();
}

const char* decode_as4_path(Reader& value, const UpdateContext& context, AttributeSet& into) {
    if (context.four_octet_as) {
        return "AS4_PATH from a peer with four-octet AS numbers";  // RFC 6793 4.1
    }
    net::AsPath path;
    if (const char* why = read_as_path(value, true, path)) {
        return why;
    }
    into.as4_path = without_confederation_segments(path);  // RFC 6793 6
    return nullptr;
}

void encode_as4_path(Writer& value, const UpdateContext&, const PathAttributes& from) {
    write_as_path(value, true, without_confederation_segments(*from.as_path));
}

bool has_as4_path(const UpdateContext& context, const PathAttributes& from) {
    return !context.four_octet_as && from.as_path && needs_as4(*from.as_path);
}

// --- NEXT_HOP, MED, LOCAL_PREF, ATOMIC_AGGREGATE --------------------------------------------

const char* decode_next_hop(Reader& value, const UpdateContext&, AttributeSet& into) {
    // Which addresses are of use is the RIB's question: a strange one costs the route, not the
    // session (RFC 4271 6.3, semantic correctness).
    into.attributes.next_hop = read_address(value, 4);
    return nullptr;
}

void encode_next_hop(Writer& value, const UpdateContext&, const PathAttributes& from) {
    value.bytes(from.next_hop->octets());
}

bool has_next_hop(const UpdateContext&, const PathAttributes& from) {
    return from.next_hop && from.next_hop->is_v4();
}

const char* decode_med(Reader& value, const UpdateContext&, AttributeSet& into) {
    into.attributes.med = value.u32();
    return nullptr;
}

void encode_med(Writer& value, const UpdateContext&, const PathAttributes& from) {
    value.u32(*from.med);
}

bool has_med(const UpdateContext&, const PathAttributes& from) {
    return from.med.has_value();
}

const char* decode_local_pref(Reader& value, const UpdateContext&, AttributeSet& into) {
    into.attributes.local_pref = value.u32();
    return nullptr;
}

void encode_local_pref(Writer& value, const UpdateContext&, const PathAttributes& from) {
    value.u32(*from.local_pref);
}

bool has_local_pref(const UpdateContext& context, const PathAttributes& from) {
    return context.internal && from.local_pref;
}

const char* decode_atomic_aggregate(Reader&, const UpdateContext&, AttributeSet& into) {
    into.attributes.atomic_aggregate = true;
    return nullptr;
}

void encode_nothing(Writer&, const UpdateContext&, const PathAttributes&) {}

bool has_atomic_aggregate(const UpdateContext&, const PathAttributes& from) {
    return from.atomic_aggregate;
}

// --- AGGREGATOR, AS4_AGGREGATOR -------------------------------------------------------------

const char* decode_aggregator(Reader& value, const UpdateContext& context, AttributeSet& into) {
    const net::Asn asn(context.four_octet_as ? value.u32() : value.u16());
    if (asn == net::Asn(0)) {
        return "AS 0";  // RFC 7607
    }
    into.attributes.aggregator = Aggregator{asn, read_address(value, 4)};
    return nullptr;
}

void encode_aggregator(Writer& value, const UpdateContext& context, const PathAttributes& from) {
    const net::Asn asn = from.aggregator->asn;
    if (context.four_octet_as) {
        value.u32(asn.value());
    } else {
        const net::Asn sent = asn.fits_16_bits() ? asn : net::kAsTrans;
        value.u16(static_cast<std::uint16_t>(sent.value()));
    }
    value.bytes(from.aggregator->address.octets());
}

bool has_aggregator(const UpdateContext&, const PathAttributes& from) {
    return from.aggregator.has_value();
}

const char* decode_as4_aggregator(Reader& value, const UpdateContext& context, AttributeSet& into) {
    if (context.four_octet_as) {
        return "AS4_AGGREGATOR from a peer with four-octet AS numbers";  // RFC 6793 4.1
    }
    const net::Asn asn(value.u32());
    if (asn == net::Asn(0)) {
        return "AS 0";
    }
    into.as4_aggregator = Aggregator{asn, read_address(value, 4)};
    return nullptr;
}

void encode_as4_aggregator(Writer& value, const UpdateContext&, const PathAttributes& from) {
    value.u32(from.aggregator->asn.value());
    value.bytes(from.aggregator->address.octets());
}

bool has_as4_aggregator(const UpdateContext& context, const PathAttributes& from) {
    return !context.four_octet_as && from.aggregator && !from.aggregator->asn.fits_16_bits();
}

// --- communities ----------------------------------------------------------------------------

const char* decode_communities(Reader& value, const UpdateContext&, AttributeSet& into) {
    while (!value.empty()) {
        into.attributes.communities.emplace_back(value.u32());
    }
    return nullptr;
}

void encode_communities(Writer& value, const UpdateContext&, const PathAttributes& from) {
    for (const auto& community : from.communities) {
        value.u32(community.value());
    }
}

bool has_communities(const UpdateContext&, const PathAttributes& from) {
    return !from.communities.empty();
}

const char* decode_extended_communities(Reader& value, const UpdateContext&, AttributeSet& into) {
    while (!value.empty()) {
        ExtendedCommunity community;
        const ByteView octets = value.bytes(community.octets.size());
        std::copy(octets.begin(), octets.end(), community.octets.begin());
        into.attributes.extended_communities.push_back(community);
    }
    return nullptr;
}

void encode_extended_communities(Writer& value, const UpdateContext&, const PathAttributes& from) {
    for (const auto& community : from.extended_communities) {
        value.bytes(community.octets);
    }
}

bool has_extended_communities(const UpdateContext&, const PathAttributes& from) {
    return !from.extended_communities.empty();
}

// RFC 8092 3: a receiver silently removes what is there twice.
void drop_repeated(std::vector<LargeCommunity>& communities) {
    std::vector<LargeCommunity> sorted = communities;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end()) {
        return;
    }
    std::set<LargeCommunity> seen;
    std::erase_if(communities,
                  [&seen](const auto& community) { return !seen.insert(community).second; });
}

const char* decode_large_communities(Reader& value, const UpdateContext&, AttributeSet& into) {
    while (!value.empty()) {
        LargeCommunity community;
        community.global_administrator = value.u32();
        community.local_data1 = value.u32();
        community.local_data2 = value.u32();
        into.attributes.large_communities.push_back(community);
    }
    drop_repeated(into.attributes.large_communities);
    return nullptr;
}

void encode_large_communities(Writer& value, const UpdateContext&, const PathAttributes& from) {
    for (const auto& community : from.large_communities) {
        value.u32(community.global_administrator);
        value.u32(community.local_data1);
        value.u32(community.local_data2);
    }
}

bool has_large_communities(const UpdateContext&, const PathAttributes& from) {
    return !from.large_communities.empty();
}

// --- OTC ------------------------------------------------------------------------------------

const char* decode_otc(Reader& value, const UpdateContext&, AttributeSet& into) {
    const net::Asn asn(value.u32());
    if (asn == net::Asn(0)) {
        return "AS 0";  // RFC 7607
    }
    into.attributes.only_to_customer = asn;
    return nullptr;
}

void encode_otc(Writer& value, const UpdateContext&, const PathAttributes& from) {
    value.u32(from.only_to_customer->value());
}

bool has_otc(const UpdateContext&, const PathAttributes& from) {
    return from.only_to_customer.has_value();
}

// --- ORIGINATOR_ID, CLUSTER_LIST: from internal peers only -------------------------------------

const char* decode_originator_id(Reader& value, const UpdateContext&, AttributeSet& into) {
    into.attributes.originator_id = read_address(value, 4);
    return nullptr;
}

void encode_originator_id(Writer& value, const UpdateContext&, const PathAttributes& from) {
    value.bytes(from.originator_id->octets());
}

bool has_originator_id(const UpdateContext& context, const PathAttributes& from) {
    return context.internal && from.originator_id && from.originator_id->is_v4();
}

const char* decode_cluster_list(Reader& value, const UpdateContext&, AttributeSet& into) {
    while (!value.empty()) {
        into.attributes.cluster_list.push_back(read_address(value, 4));
    }
    return nullptr;
}

void encode_cluster_list(Writer& value, const UpdateContext&, const PathAttributes& from) {
    for (const auto& cluster : from.cluster_list) {
        value.bytes(cluster.octets());
    }
}

bool has_cluster_list(const UpdateContext& context, const PathAttributes& from) {
    return context.internal && !from.cluster_list.empty();
}

// --- of no use to a host, but with rules of their own ----------------------------------------

const char* accept_any(Reader&, const UpdateContext&, AttributeSet&) {
    return nullptr;
}

// RFC 7311 3: TLVs whose length counts type and length too; type 1 has eleven octets.
const char* check_aigp(Reader& value, const UpdateContext&, AttributeSet&) {
    while (!value.empty()) {
        const std::uint8_t type = value.u8();
        const std::size_t length = value.u16();
        if (length < 3 || (type == 1 && length != 11)) {
            return "TLV of a length that it cannot have";
        }
        value.bytes(length - 3);
        if (!value.ok()) {
            return "TLV overruns the attribute";
        }
    }
    return nullptr;
}

// RFC 8669 3, 6: Label-Index has 7 octets, Originator SRGB two of flags and ranges of six.
const char* check_prefix_sid(Reader& value, const UpdateContext&, AttributeSet&) {
    while (!value.empty()) {
        const std::uint8_t type = value.u8();
        const std::size_t length = value.u16();
        const bool odd_srgb = type == 3 && (length < 8 || (length - 2) % 6 != 0);
        if ((type == 1 && length != 7) || odd_srgb) {
            return "TLV of a length that it cannot have";
        }
        value.bytes(length);
        if (!value.ok()) {
            return "TLV overruns the attribute";
        }
    }
    return nullptr;
}

// --- MP_REACH_NLRI, MP_UNREACH_NLRI ---------------------------------------------------------

AfiSafi read_family(Reader& value) {
    const auto afi = static_cast<Afi>(value.u16());
    const auto safi = static_cast<Safi>(value.u8());
    return {afi, safi};
}

bool read_next_hop(Reader& octets, net::Family family, MpReach& reach) {
    const std::size_t size = octets.remaining();
    if (size == 4 && family == net::Family::IPv4) {
        reach.next_hop = read_address(octets, 4);
        return true;
    }
    if (size != 16 && size != 32) {  // RFC 2545 3; for IPv4 prefixes RFC 8950 3
        return false;
    }
    reach.next_hop = read_address(octets, 16);
    if (size == 32) {
        const net::Address second = read_address(octets, 16);
        // The field also has "::" first, and the same link-local address twice.
        if (reach.next_hop.is_unspecified()) {
            reach.next_hop = second;
        } else if (second != reach.next_hop && second.is_link_local()) {
            reach.link_local = second;
        }
    }
    return true;
}

const char* decode_mp_reach(Reader& value, const UpdateContext& context, AttributeSet& into) {
    MpReach reach;
    reach.family = read_family(value);
    Reader next_hop = value.sub(value.u8());
    value.u8();  // reserved (RFC 4760 3)
    if (!value.ok()) {
        return "cut short";
    }
    if (const auto family = family_of(reach.family)) {
        if (!read_next_hop(next_hop, *family, reach)) {
            return "next hop length does not fit the address family";
        }
        if (carries_path_ids(context, reach.family)) {
            read_prefixes(value, *family, reach.nlri, reach.path_ids);
        } else {
            read_prefixes(value, *family, reach.nlri);
        }
        if (!value.ok()) {
            return "unreadable prefix";
        }
    } else {
        value.rest();
    }
    into.mp_reach = std::move(reach);
    return nullptr;
}

const char* decode_mp_unreach(Reader& value, const UpdateContext& context, AttributeSet& into) {
    MpUnreach unreach;
    unreach.family = read_family(value);
    if (const auto family = family_of(unreach.family)) {
        if (carries_path_ids(context, unreach.family)) {
            read_prefixes(value, *family, unreach.withdrawn_routes, unreach.path_ids);
        } else {
            read_prefixes(value, *family, unreach.withdrawn_routes);
        }
        if (!value.ok()) {
            return "unreadable prefix";
        }
    } else {
        value.rest();
    }
    into.mp_unreach = std::move(unreach);
    return nullptr;
}

// clang-format off
constexpr auto kDiscard  = ErrorAction::AttributeDiscard;
constexpr auto kWithdraw = ErrorAction::TreatAsWithdraw;
constexpr auto kReset    = ErrorAction::SessionReset;

constexpr AttributeRow kTable[] = {
    // code, name, flags, min, max, multiple of, on error, subcode, internal only, decode, encode, present
    {AttributeCode::Origin, "ORIGIN", kWellKnown, 1, 1, 1,
     kWithdraw, update_error::kInvalidOrigin, false, decode_origin, encode_origin, has_origin},
    {AttributeCode::AsPath, "AS_PATH", kWellKnown, 0, kAny, 1,
     kWithdraw, update_error::kMalformedAsPath, false, decode_as_path, encode_as_path, has_as_path},
    {AttributeCode::NextHop, "NEXT_HOP", kWellKnown, 4, 4, 1,
     kWithdraw, update_error::kInvalidNextHop, false, decode_next_hop, encode_next_hop, has_next_hop},
    {AttributeCode::Med, "MULTI_EXIT_DISC", kOptionalNonTransitive, 4, 4, 1,
     kWithdraw, update_error::kOptionalAttribute, false, decode_med, encode_med, has_med},
    {AttributeCode::LocalPref, "LOCAL_PREF", kWellKnown, 4, 4, 1,
     kWithdraw, update_error::kMalformedAttributeList, true, decode_local_pref, encode_local_pref, has_local_pref},
    {AttributeCode::AtomicAggregate, "ATOMIC_AGGREGATE", kWellKnown, 0, 0, 1,
     kDiscard, update_error::kMalformedAttributeList, false, decode_atomic_aggregate, encode_nothing, has_atomic_aggregate},
    {AttributeCode::Aggregator, "AGGREGATOR", kOptionalTransitive, 6, 8, 2,
     kDiscard, update_error::kOptionalAttribute, false, decode_aggregator, encode_aggregator, has_aggregator},
    {AttributeCode::Communities, "COMMUNITIES", kOptionalTransitive, 4, kAny, 4,
     kWithdraw, update_error::kOptionalAttribute, false, decode_communities, encode_communities, has_communities},
    {AttributeCode::OriginatorId, "ORIGINATOR_ID", kOptionalNonTransitive, 4, 4, 1,
     kWithdraw, update_error::kOptionalAttribute, true, decode_originator_id, encode_originator_id, has_originator_id},
    {AttributeCode::ClusterList, "CLUSTER_LIST", kOptionalNonTransitive, 4, kAny, 4,
     kWithdraw, update_error::kOptionalAttribute, true, decode_cluster_list, encode_cluster_list, has_cluster_list},
    {AttributeCode::MpReach, "MP_REACH_NLRI", kOptionalNonTransitive, 5, kAny, 1,
     kReset, update_error::kOptionalAttribute, false, decode_mp_reach, nullptr, nullptr},
    {AttributeCode::MpUnreach, "MP_UNREACH_NLRI", kOptionalNonTransitive, 3, kAny, 1,
     kReset, update_error::kOptionalAttribute, false, decode_mp_unreach, nullptr, nullptr},
    {AttributeCode::ExtendedCommunities, "EXTENDED_COMMUNITIES", kOptionalTransitive, 8, kAny, 8,
     kWithdraw, update_error::kOptionalAttribute, false, decode_extended_communities, encode_extended_communities, has_extended_communities},
    {AttributeCode::As4Path, "AS4_PATH", kOptionalTransitive, 6, kAny, 2,
     kDiscard, update_error::kOptionalAttribute, false, decode_as4_path, encode_as4_path, has_as4_path},
    {AttributeCode::As4Aggregator, "AS4_AGGREGATOR", kOptionalTransitive, 8, 8, 1,
     kDiscard, update_error::kOptionalAttribute, false, decode_as4_aggregator, encode_as4_aggregator, has_as4_aggregator},
    {AttributeCode::Ipv6ExtendedCommunities, "IPV6_EXTENDED_COMMUNITIES", kOptionalTransitive, 20, kAny, 20,
     kWithdraw, update_error::kOptionalAttribute, false, accept_any, nullptr, nullptr, kWithdraw, true},
    {AttributeCode::Aigp, "AIGP", kOptionalNonTransitive, 0, kAny, 1,
     kDiscard, update_error::kOptionalAttribute, false, check_aigp, nullptr, nullptr, kDiscard, true},
    {AttributeCode::LargeCommunities, "LARGE_COMMUNITY", kOptionalTransitive, 12, kAny, 12,
     kWithdraw, update_error::kOptionalAttribute, false, decode_large_communities, encode_large_communities, has_large_communities},
    {AttributeCode::OnlyToCustomer, "OTC", kOptionalTransitive, 4, 4, 1,
     kWithdraw, update_error::kOptionalAttribute, false, decode_otc, encode_otc, has_otc},
    {AttributeCode::PrefixSid, "PREFIX_SID", kOptionalTransitive, 3, kAny, 1,
     kDiscard, update_error::kOptionalAttribute, true, check_prefix_sid, nullptr, nullptr, kWithdraw, true},
};
// clang-format on

// Flags, code, value; the length is known when the value is there, and two octets wide only where
// it must be.
template <class WriteValue>
void write_attribute_with(Writer& writer,
                          std::uint8_t flags,
                          std::uint8_t code,
                          WriteValue write_value) {
    const std::size_t at = writer.size();
    writer.u8(flags);
    writer.u8(code);
    const std::size_t length = writer.open_u8();
    write_value();
    if (writer.close_u8_or_wider(length)) {
        writer.patch_u8(at, static_cast<std::uint8_t>(flags | flag::kExtendedLength));
    }
}

}  // namespace

std::span<const AttributeRow> attribute_table() {
    return kTable;
}

const AttributeRow* find_attribute(std::uint8_t code) {
    const auto* found = std::find_if(std::begin(kTable), std::end(kTable), [code](const auto& row) {
        return static_cast<std::uint8_t>(row.code) == code;
    });
    return found == std::end(kTable) ? nullptr : found;
}

std::string attribute_name(std::uint8_t code) {
    const AttributeRow* row = find_attribute(code);
    return row != nullptr ? std::string(row->name) : "attribute " + std::to_string(code);
}

void write_attribute(Writer& writer, std::uint8_t flags, std::uint8_t code, ByteView value) {
    write_attribute_with(writer, flags, code, [&] { writer.bytes(value); });
}

void write_attributes(Writer& writer, const UpdateContext& context, const PathAttributes& from) {
    for (const auto& row : kTable) {
        if (row.encode == nullptr || !row.present(context, from)) {
            continue;
        }
        write_attribute_with(writer, row.flags, static_cast<std::uint8_t>(row.code), [&] {
            row.encode(writer, context, from);
        });
    }
    for (const auto& unknown : from.unknown) {
        write_attribute(writer, unknown.flags, unknown.code, unknown.value);
    }
}

}  // namespace routeproof::bgp
