#include "agent/peering/wire/open.hpp"

#include "agent/peering/wire/header.hpp"

namespace routeproof::bgp {
namespace {

const Notification kUnreadable{ErrorCode::Open, open_error::kUnspecific};

// Where the parameters stand and how wide their lengths are.
struct Parameters {
    Reader reader;
    bool extended = false;
};

Parameters find_parameters(Reader& reader) {
    const std::uint8_t length = reader.u8();
    // RFC 9072 2: the type octet 255 alone says that the extended form follows, whatever a length
    // other than zero says.
    Reader peek = reader;
    if (length != 0 && peek.u8() == static_cast<std::uint8_t>(OptionalParameter::ExtendedLength)) {
        reader.u8();
        const std::uint16_t extended_length = reader.u16();
        return {reader.sub(extended_length), true};
    }
    return {reader.sub(length), false};
}

}  // namespace

net::Asn OpenMessage::asn() const {
    for (const auto& capability : capabilities) {
        if (const auto* four = std::get_if<capability::FourOctetAs>(&capability)) {
            return four->asn;
        }
    }
    return my_as;
}

Result<OpenMessage> decode_open(ByteView body) {
    Reader reader(body);
    if (const std::uint8_t version = reader.u8(); version != kBgpVersion) {
        return Notification(ErrorCode::Open, open_error::kUnsupportedVersion, {0, kBgpVersion});
    }
    OpenMessage open;
    open.my_as = net::Asn(reader.u16());
    open.hold_time = reader.u16();
    open.bgp_identifier = net::RouterId(reader.u32());

    auto [parameters, extended] = find_parameters(reader);
    if (!reader.ok() || !reader.empty()) {
        return kUnreadable;
    }
    while (!parameters.empty()) {
        const std::uint8_t type = parameters.u8();
        const std::size_t length = extended ? parameters.u16() : parameters.u8();
        Reader value = parameters.sub(length);
        if (!value.ok()) {
            return kUnreadable;
        }
        if (type != static_cast<std::uint8_t>(OptionalParameter::Capabilities)) {
            return Notification(
                ErrorCode::Open, open_error::kUnsupportedOptionalParameter, Bytes{type});
        }
        read_capabilities(value, open.capabilities);
        if (!value.ok()) {
            return kUnreadable;
        }
    }
    return parameters.ok() ? Result<OpenMessage>(std::move(open)) : kUnreadable;
}

std::optional<Notification> check_open(const OpenMessage& open) {
    if (open.asn() == net::Asn(0) || open.my_as == net::Asn(0)) {
        return Notification(ErrorCode::Open, open_error::kBadPeerAs);
    }
    if (open.bgp_identifier.value() == 0) {
        return Notification(ErrorCode::Open, open_error::kBadBgpIdentifier);
    }
    if (open.hold_time == 1 || open.hold_time == 2) {
        return Notification(ErrorCode::Open, open_error::kUnacceptableHoldTime);
    }
    const capability::Role* first = nullptr;
    for (const auto& capability : open.capabilities) {
        if (const auto* role = std::get_if<capability::Role>(&capability)) {
            if (first != nullptr && *role != *first) {
                return Notification(ErrorCode::Open, open_error::kRoleMismatch);
            }
            first = role;
        }
    }
    return std::nullopt;
}

Bytes encode_body(const OpenMessage& open) {
    Writer capabilities(kMaxMessage);
    for (const auto& capability : open.capabilities) {
        write_capability(capabilities, capability);
    }
    Writer writer(kMaxMessage - kHeaderSize);
    writer.u8(kBgpVersion);
    writer.u16(static_cast<std::uint16_t>(open.my_as.value()));
    writer.u16(open.hold_time);
    writer.u32(open.bgp_identifier.value());
    const std::size_t size = capabilities.size();
    const auto parameter = static_cast<std::uint8_t>(OptionalParameter::Capabilities);
    if (size == 0) {
        writer.u8(0);
    } else if (size + 2 <= 0xFE) {  // 255 itself would be read as the extended form by some
        writer.u8(static_cast<std::uint8_t>(size + 2));
        writer.u8(parameter);
        writer.u8(static_cast<std::uint8_t>(size));
    } else {
        writer.u8(0xFF);
        writer.u8(static_cast<std::uint8_t>(OptionalParameter::ExtendedLength));
        writer.u16(static_cast<std::uint16_t>(size + 3));
        writer.u8(parameter);
        writer.u16(static_cast<std::uint16_t>(size));
    }
    writer.bytes(capabilities.view());
    return writer.take();
}

}  // namespace routeproof::bgp
