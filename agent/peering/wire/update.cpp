#include "agent/peering/wire/update.hpp"

#include "agent/peering/wire/as_path_codec.hpp"
#include "agent/peering/wire/attribute_table.hpp"
#include "agent/peering/wire/header.hpp"
#include "agent/peering/wire/nlri.hpp"

#include <algorithm>
#include <bitset>
#include <ostream>

namespace routeproof::bgp {
namespace {

constexpr std::uint8_t kFixedFlags = flag::kOptional | flag::kTransitive;

Notification update_fault(std::uint8_t subcode, ByteView data = {}) {
    return {ErrorCode::Update, subcode, Bytes(data.begin(), data.end())};
}

// RFC 4271 6.3 says for which errors the attribute is quoted, whole: type, length and value.
bool quotes_attribute(std::uint8_t subcode) {
    return subcode != update_error::kMalformedAttributeList &&
           subcode != update_error::kMalformedAsPath;
}

std::string in_words(std::size_t octets) {
    return std::to_string(octets) + " octets";
}

bool is_multiprotocol(std::uint8_t code) {
    return code == static_cast<std::uint8_t>(AttributeCode::MpReach) ||
           code == static_cast<std::uint8_t>(AttributeCode::MpUnreach);
}

// Reads the attributes one by one and collects faults; the value of each is cut out before it is
// looked at, so a fault inside never moves the cursor (RFC 7606 3).
class AttributeDecoder {
public:
    explicit AttributeDecoder(const UpdateContext& context) : context_(context) {}

    void decode(ByteView octets);
    void check_mandatory(bool has_nlri);
    void merge_as4();

    /// Nothing stood there but MP_UNREACH_NLRI, whole.
    bool only_withdraws() const { return !others_; }

    AttributeSet set;
    std::vector<AttributeError> errors;

private:
    void decode_one(std::uint8_t flags, std::uint8_t code, ByteView value);
    void decode_known(const AttributeRow& row, std::uint8_t flags, ByteView value);
    void decode_unknown(std::uint8_t flags, std::uint8_t code, ByteView value);
    void keep(std::uint8_t flags, std::uint8_t code, ByteView value);
    void report(ErrorAction action, std::uint8_t code, std::uint8_t subcode, std::string why);
    void report_missing(AttributeCode code);

    const UpdateContext& context_;
    std::bitset<256> seen_;
    std::bitset<256> repeated_;
    bool others_ = false;
    ByteView current_;  // the whole attribute at hand: what a NOTIFICATION would quote
};

void AttributeDecoder::report(ErrorAction action,
                              std::uint8_t code,
                              std::uint8_t subcode,
                              std::string why) {
    const ByteView data = quotes_attribute(subcode) ? current_ : ByteView{};
    errors.push_back({action, code, std::move(why), update_fault(subcode, data)});
}

void AttributeDecoder::decode(ByteView octets) {
    Reader reader(octets);
    while (!reader.empty()) {
        current_ = octets.last(reader.remaining());
        const std::uint8_t flags = reader.u8();
        const std::uint8_t code = reader.u8();
        const std::size_t length =
            (flags & flag::kExtendedLength) != 0 ? reader.u16() : reader.u8();
        if (!reader.ok() || length > reader.remaining()) {
            // RFC 7606 4: nothing behind it can be found. Prefixes in what is cut off are lost, so
            // they cannot be treated as withdrawn (3 (j)).
            others_ = true;
            report(
                is_multiprotocol(code) ? ErrorAction::SessionReset : ErrorAction::TreatAsWithdraw,
                code,
                update_error::kMalformedAttributeList,
                "attribute overruns the attributes' total length");
            return;
        }
        const ByteView value = reader.bytes(length);
        current_ = current_.first(current_.size() - reader.remaining());
        decode_one(flags, code, value);
    }
}

void AttributeDecoder::decode_one(std::uint8_t flags, std::uint8_t code, ByteView value) {
    const AttributeRow* row = find_attribute(code);
    if (seen_.test(code)) {
        if (!repeated_.test(code)) {  // a message holds room for 20,000 repetitions
            repeated_.set(code);
            // RFC 7606 3 (g)
            report(
                is_multiprotocol(code) ? ErrorAction::SessionReset : ErrorAction::AttributeDiscard,
                code,
                update_error::kMalformedAttributeList,
                "appears more than once");
        }
        return;
    }
    seen_.set(code);
    others_ = others_ || code != static_cast<std::uint8_t>(AttributeCode::MpUnreach);
    if (row != nullptr) {
        decode_known(*row, flags, value);
    } else {
        decode_unknown(flags, code, value);
    }
}

void AttributeDecoder::decode_known(const AttributeRow& row, std::uint8_t flags, ByteView value) {
    const auto code = static_cast<std::uint8_t>(row.code);
    if (row.internal_only && !context_.internal) {  // RFC 7606 7.5, 7.9, 7.10
        report(ErrorAction::AttributeDiscard, code, row.subcode, "sent by an external peer");
        return;
    }
    if ((flags & kFixedFlags) != row.flags) {  // RFC 7606 3 (c); the value is still read: NLRI
        report(
            row.on_flags, code, update_error::kAttributeFlags, "wrong Optional or Transitive flag");
    }
    // The one size that depends on the session (RFC 6793 3).
    const bool other_width =
        row.code == AttributeCode::Aggregator && value.size() != (context_.four_octet_as ? 8U : 6U);
    if (other_width || value.size() < row.min_size || value.size() > row.max_size ||
        value.size() % row.multiple != 0) {
        // What costs the session is 3/9 however it is wrong (RFC 4760 7).
        report(row.on_error,
               code,
               row.on_error == ErrorAction::SessionReset ? row.subcode
                                                         : update_error::kAttributeLength,
               "length of " + in_words(value.size()));
        return;
    }
    Reader reader(value);
    if (const char* why = row.decode(reader, context_, set)) {
        report(row.on_error, code, row.subcode, why);
    } else if (row.opaque) {
        keep(flags, code, value);
    }
}

void AttributeDecoder::decode_unknown(std::uint8_t flags, std::uint8_t code, ByteView value) {
    if ((flags & flag::kOptional) == 0) {
        // RFC 4271 6.3 resets for this and RFC 7606 is silent. A route we do not understand is
        // given up instead: one strange attribute from far away must not cost the session.
        report(ErrorAction::TreatAsWithdraw,
               code,
               update_error::kUnrecognizedWellKnown,
               "unknown well-known attribute");
        return;
    }
    keep(flags, code, value);
}

void AttributeDecoder::keep(std::uint8_t flags, std::uint8_t code, ByteView value) {
    const auto kept = static_cast<std::uint8_t>(flags & ~flag::kExtendedLength);
    set.attributes.unknown.push_back({kept, code, Bytes(value.begin(), value.end())});
}

void AttributeDecoder::report_missing(AttributeCode code) {
    const auto number = static_cast<std::uint8_t>(code);
    current_ = {};
    report(ErrorAction::TreatAsWithdraw, number, update_error::kMissingWellKnown, "missing");
    errors.back().notification.data = {number};
}

// RFC 7606 3 (d). An attribute that was there but unreadable has been reported already.
void AttributeDecoder::check_mandatory(bool has_nlri) {
    const bool has_mp_nlri = set.mp_reach && !set.mp_reach->nlri.empty();
    if (!has_nlri && !has_mp_nlri) {
        return;
    }
    const auto require = [this](AttributeCode code) {
        if (!seen_.test(static_cast<std::uint8_t>(code))) {
            report_missing(code);
        }
    };
    require(AttributeCode::Origin);
    require(AttributeCode::AsPath);
    if (has_nlri) {
        require(AttributeCode::NextHop);
    }
    if (context_.internal) {
        require(AttributeCode::LocalPref);
    }
}

// RFC 6793 4.2.3
void AttributeDecoder::merge_as4() {
    auto& attributes = set.attributes;
    const auto alone = [this](AttributeCode code, AttributeCode partner, const char* why) {
        if (!seen_.test(static_cast<std::uint8_t>(partner))) {
            current_ = {};
            report(ErrorAction::AttributeDiscard,
                   static_cast<std::uint8_t>(code),
                   update_error::kMalformedAttributeList,
                   why);
        }
    };
    if (set.as4_path) {
        alone(AttributeCode::As4Path, AttributeCode::AsPath, "no AS_PATH goes with it");
    }
    if (set.as4_aggregator) {
        alone(
            AttributeCode::As4Aggregator, AttributeCode::Aggregator, "no AGGREGATOR goes with it");
    }
    if (set.as4_aggregator && attributes.aggregator) {
        if (attributes.aggregator->asn != net::kAsTrans) {
            return;  // a speaker of two octets aggregated on the way: the AS4 attributes are stale
        }
        attributes.aggregator = set.as4_aggregator;
    }
    if (set.as4_path && attributes.as_path) {
        attributes.as_path = merge_as4_path(*attributes.as_path, *set.as4_path);
    }
}

bool speaks(const UpdateContext& context, AfiSafi family) {
    return std::find(context.families.begin(), context.families.end(), family) !=
           context.families.end();
}

AttributeError not_negotiated(AttributeCode code, AfiSafi family) {
    return {ErrorAction::AttributeDiscard,
            static_cast<std::uint8_t>(code),
            to_string(family) + " was not negotiated",
            update_fault(update_error::kOptionalAttribute)};
}

void drop_foreign_families(Update& update, const UpdateContext& context) {
    if (update.mp_reach && !speaks(context, update.mp_reach->family)) {
        update.errors.push_back(not_negotiated(AttributeCode::MpReach, update.mp_reach->family));
        update.mp_reach.reset();
    }
    if (update.mp_unreach && !speaks(context, update.mp_unreach->family)) {
        update.errors.push_back(
            not_negotiated(AttributeCode::MpUnreach, update.mp_unreach->family));
        update.mp_unreach.reset();
    }
    if (!(update.nlri.empty() && update.withdrawn_routes.empty()) &&
        !speaks(context, kIpv4Unicast)) {
        update.errors.push_back(not_negotiated(AttributeCode::NextHop, kIpv4Unicast));
        update.nlri.clear();
        update.withdrawn_routes.clear();
    }
}

const AttributeError* strongest(const std::vector<AttributeError>& errors) {
    const auto weaker = [](const AttributeError& a, const AttributeError& b) {
        return a.action < b.action;
    };
    const auto found = std::max_element(errors.begin(), errors.end(), weaker);
    return found == errors.end() ? nullptr : &*found;
}

void write_mp_reach(Writer& writer, const MpReach& reach) {
    Writer value(0xFFFF);
    value.u16(static_cast<std::uint16_t>(reach.family.afi));
    value.u8(static_cast<std::uint8_t>(reach.family.safi));
    const auto length = value.open_u8();
    value.bytes(reach.next_hop.octets());
    if (reach.link_local) {
        value.bytes(reach.link_local->octets());
    }
    value.close_u8(length);
    value.u8(0);
    write_prefixes(value, reach.nlri, reach.path_ids);
    if (!value.ok()) {
        writer.fail();
        return;
    }
    write_attribute(
        writer, flag::kOptional, static_cast<std::uint8_t>(AttributeCode::MpReach), value.view());
}

void write_mp_unreach(Writer& writer, const MpUnreach& unreach) {
    Writer value(0xFFFF);
    value.u16(static_cast<std::uint16_t>(unreach.family.afi));
    value.u8(static_cast<std::uint8_t>(unreach.family.safi));
    write_prefixes(value, unreach.withdrawn_routes, unreach.path_ids);
    if (!value.ok()) {
        writer.fail();
        return;
    }
    write_attribute(
        writer, flag::kOptional, static_cast<std::uint8_t>(AttributeCode::MpUnreach), value.view());
}

void write_all_attributes(Writer& writer, const Update& update, const UpdateContext& context) {
    if (update.mp_reach) {  // first: RFC 7606 5.1
        write_mp_reach(writer, *update.mp_reach);
    }
    write_attributes(writer, context, update.attributes);
    if (update.mp_unreach) {
        write_mp_unreach(writer, *update.mp_unreach);
    }
}

}  // namespace

bool carries_path_ids(const UpdateContext& context, AfiSafi family) {
    return std::find(context.add_path.begin(), context.add_path.end(), family) !=
           context.add_path.end();
}

ErrorAction DecodedAttributes::action() const {
    const auto* fault = strongest(errors);
    return fault == nullptr ? ErrorAction::None : fault->action;
}

DecodedAttributes decode_attributes(ByteView octets, const UpdateContext& context) {
    AttributeDecoder decoder(context);
    decoder.decode(octets);
    decoder.merge_as4();
    return {std::move(decoder.set.attributes),
            std::move(decoder.set.mp_reach),
            std::move(decoder.set.mp_unreach),
            std::move(decoder.errors)};
}

boost::system::result<Bytes> encode_attributes_of(const Update& update,
                                                  const UpdateContext& context) {
    Writer writer(0xFFFF);
    write_all_attributes(writer, update, context);
    if (!writer.ok()) {
        return make_error_code(boost::system::errc::message_size);
    }
    return writer.take();
}

std::string_view to_string(ErrorAction action) {
    switch (action) {
        case ErrorAction::None:
            return "accepted";
        case ErrorAction::AttributeDiscard:
            return "attribute-discard";
        case ErrorAction::TreatAsWithdraw:
            return "treat-as-withdraw";
        case ErrorAction::SessionReset:
            break;
    }
    return "reset";
}

std::ostream& operator<<(std::ostream& out, ErrorAction action) {
    return out << to_string(action);
}

Result<Update> decode_update(ByteView body, const UpdateContext& context) {
    Reader reader(body);
    Reader withdrawn = reader.sub(reader.u16());
    const ByteView attributes = reader.bytes(reader.u16());
    if (!reader.ok()) {  // RFC 7606 3 (a), 4: lengths that contradict each other
        return update_fault(update_error::kMalformedAttributeList);
    }
    Update update;
    Reader nlri(reader.rest());
    if (carries_path_ids(context, kIpv4Unicast)) {
        read_prefixes(
            withdrawn, net::Family::IPv4, update.withdrawn_routes, update.withdrawn_path_ids);
        read_prefixes(nlri, net::Family::IPv4, update.nlri, update.nlri_path_ids);
    } else {
        read_prefixes(withdrawn, net::Family::IPv4, update.withdrawn_routes);
        read_prefixes(nlri, net::Family::IPv4, update.nlri);
    }
    if (!withdrawn.ok() || !nlri.ok()) {
        return update_fault(update_error::kInvalidNetworkField);
    }

    AttributeDecoder decoder(context);
    decoder.decode(attributes);
    decoder.check_mandatory(!update.nlri.empty());
    decoder.merge_as4();
    if (const auto* fault = strongest(decoder.errors)) {
        update.action = fault->action;
        const bool reachable =
            !update.nlri.empty() || (decoder.set.mp_reach && !decoder.set.mp_reach->nlri.empty());
        // RFC 7606 5.2: attributes describe prefixes; if none are in sight, they were not found.
        const bool missed = !reachable && !decoder.only_withdraws();
        if (update.action == ErrorAction::SessionReset ||
            (update.action == ErrorAction::TreatAsWithdraw && missed)) {
            return fault->notification;
        }
    }
    update.attributes = std::move(decoder.set.attributes);
    update.mp_reach = std::move(decoder.set.mp_reach);
    update.mp_unreach = std::move(decoder.set.mp_unreach);
    update.errors = std::move(decoder.errors);
    drop_foreign_families(update, context);
    if (const auto* fault = strongest(update.errors)) {
        update.action = fault->action;
    }
    return update;
}

std::optional<AfiSafi> end_of_rib(const Update& update) {
    const bool quiet = update.withdrawn_routes.empty() && update.nlri.empty() &&
                       update.attributes == PathAttributes{} && !update.mp_reach &&
                       update.errors.empty();
    if (!quiet) {
        return std::nullopt;
    }
    if (!update.mp_unreach) {
        return kIpv4Unicast;
    }
    return update.mp_unreach->withdrawn_routes.empty() ? std::optional(update.mp_unreach->family)
                                                       : std::nullopt;
}

boost::system::result<Bytes> encode_update(const Update& update,
                                           const UpdateContext& context,
                                           std::size_t limit) {
    Writer writer(limit);
    begin_message(writer, MessageType::Update);
    const auto withdrawn = writer.open_u16();
    write_prefixes(writer, update.withdrawn_routes, update.withdrawn_path_ids);
    writer.close_u16(withdrawn);
    const auto attributes = writer.open_u16();
    write_all_attributes(writer, update, context);
    writer.close_u16(attributes);
    write_prefixes(writer, update.nlri, update.nlri_path_ids);
    end_message(writer);
    if (!writer.ok()) {
        return make_error_code(boost::system::errc::message_size);
    }
    return writer.take();
}

}  // namespace routeproof::bgp
