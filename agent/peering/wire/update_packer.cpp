#include "agent/peering/wire/update_packer.hpp"

#include "agent/peering/wire/attribute_table.hpp"
#include "agent/peering/wire/header.hpp"
#include "agent/peering/wire/nlri.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

template <class T>
void sort_unique(std::vector<T>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

std::size_t fill(Writer& writer, std::span<const net::Prefix> prefixes) {
    std::size_t taken = 0;
    while (taken < prefixes.size() && encoded_size(prefixes[taken]) <= writer.room()) {
        write_prefix(writer, prefixes[taken++]);
    }
    return taken;
}

// With two length octets always, because how much will follow is known only at the end.
std::size_t open_mp_attribute(Writer& writer, AttributeCode code, AfiSafi family) {
    writer.u8(flag::kOptional | flag::kExtendedLength);
    writer.u8(static_cast<std::uint8_t>(code));
    const std::size_t length = writer.open_u16();
    writer.u16(static_cast<std::uint16_t>(family.afi));
    writer.u8(static_cast<std::uint8_t>(family.safi));
    return length;
}

Packed finish(Writer& writer, std::size_t taken) {
    end_message(writer);
    if (!writer.ok() || taken == 0) {
        return {};
    }
    return {writer.take(), taken};
}

}  // namespace

boost::system::result<EncodedAttributes> encode_attributes(PathAttributes attributes,
                                                           const net::Address& next_hop,
                                                           const UpdateContext& context) {
    sort_unique(attributes.communities);
    sort_unique(attributes.extended_communities);
    sort_unique(attributes.large_communities);
    attributes.next_hop = next_hop;
    Writer writer(0xFFFF);
    write_attributes(writer, context, attributes);
    if (!writer.ok()) {
        return make_error_code(boost::system::errc::message_size);
    }
    return EncodedAttributes{writer.take(), next_hop};
}

Packed pack_announcements(const EncodedAttributes& attributes,
                          AfiSafi family,
                          std::span<const net::Prefix> prefixes,
                          std::size_t limit) {
    Writer writer(limit);
    begin_message(writer, MessageType::Update);
    writer.u16(0);  // no withdrawn routes
    const std::size_t total = writer.open_u16();
    if (attributes.next_hop.is_v4()) {
        writer.bytes(attributes.octets);
        writer.close_u16(total);
        return finish(writer, fill(writer, prefixes));
    }
    // MP_REACH grows to the message's end but must stand first (RFC 7606 5.1), so the shared
    // attributes' place is kept free.
    if (attributes.octets.size() > writer.room()) {
        return {};
    }
    Writer reach(writer.room() - attributes.octets.size());
    const std::size_t length = open_mp_attribute(reach, AttributeCode::MpReach, family);
    const std::size_t next_hop = reach.open_u8();
    reach.bytes(attributes.next_hop.octets());
    reach.close_u8(next_hop);
    reach.u8(0);
    const std::size_t taken = fill(reach, prefixes);
    reach.close_u16(length);
    if (!reach.ok()) {
        return {};
    }
    writer.bytes(reach.view());
    writer.bytes(attributes.octets);
    writer.close_u16(total);
    return finish(writer, taken);
}

Packed pack_withdrawals(AfiSafi family, std::span<const net::Prefix> prefixes, std::size_t limit) {
    Writer writer(limit);
    begin_message(writer, MessageType::Update);
    if (family == kIpv4Unicast) {
        const std::size_t withdrawn = writer.open_u16();
        // Two octets stay for the attributes' length.
        Writer routes(writer.room() < 2 ? 0 : writer.room() - 2);
        const std::size_t taken = fill(routes, prefixes);
        writer.bytes(routes.view());
        writer.close_u16(withdrawn);
        writer.u16(0);
        return finish(writer, taken);
    }
    writer.u16(0);
    const std::size_t total = writer.open_u16();
    const std::size_t length = open_mp_attribute(writer, AttributeCode::MpUnreach, family);
    const std::size_t taken = fill(writer, prefixes);
    writer.close_u16(length);
    writer.close_u16(total);
    return finish(writer, taken);
}

Bytes encode_end_of_rib(AfiSafi family) {
    if (family == kIpv4Unicast) {
        return encode_message(MessageType::Update, Bytes{0, 0, 0, 0});
    }
    Writer writer(kMaxMessage);
    begin_message(writer, MessageType::Update);
    writer.u16(0);
    const std::size_t total = writer.open_u16();
    writer.close_u16(open_mp_attribute(writer, AttributeCode::MpUnreach, family));
    writer.close_u16(total);
    end_message(writer);
    return writer.take();
}

}  // namespace routeproof::bgp
