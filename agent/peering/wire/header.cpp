#include "agent/peering/wire/header.hpp"

#include <algorithm>
#include <array>

namespace routeproof::bgp {
namespace {

constexpr std::size_t kMarkerSize = 16;
constexpr auto kMarker = [] {
    std::array<std::uint8_t, kMarkerSize> ones{};
    ones.fill(0xFF);
    return ones;
}();

struct LengthRule {
    MessageType type;
    std::size_t min;
    std::size_t max;
};

// RFC 4271 6.1; OPEN and KEEPALIVE do not grow with RFC 8654. A ROUTE-REFRESH that is too long gets
// its own error (RFC 7313 5), hence no maximum here.
constexpr LengthRule kLengths[] = {
    {MessageType::Open, 29, kMaxMessage},
    {MessageType::Update, 23, 65535},
    {MessageType::Notification, 21, 65535},
    {MessageType::Keepalive, kHeaderSize, kHeaderSize},
    {MessageType::RouteRefresh, 23, 65535},
};

Notification bad_length(ByteView octets) {
    return {ErrorCode::MessageHeader, header_error::kBadLength, Bytes{octets[16], octets[17]}};
}

}  // namespace

Result<Header> decode_header(ByteView octets, std::size_t max_message) {
    Reader reader(octets);
    const ByteView marker = reader.bytes(kMarkerSize);
    if (!std::equal(marker.begin(), marker.end(), kMarker.begin(), kMarker.end())) {
        return Notification(ErrorCode::MessageHeader, header_error::kNotSynchronized);
    }
    Header header;
    header.length = reader.u16();
    header.type = static_cast<MessageType>(reader.u8());
    if (header.length < kHeaderSize || header.length > max_message) {
        return bad_length(octets);
    }
    for (const auto& rule : kLengths) {
        if (rule.type == header.type) {
            if (header.length < rule.min || header.length > rule.max) {
                return bad_length(octets);
            }
            return header;
        }
    }
    return Notification(ErrorCode::MessageHeader, header_error::kBadType, Bytes{octets[18]});
}

void begin_message(Writer& writer, MessageType type) {
    writer.bytes(kMarker);
    writer.u16(0);
    writer.u8(static_cast<std::uint8_t>(type));
}

void end_message(Writer& writer) {
    writer.patch_u16(kMarkerSize, writer.size());
}

Bytes encode_message(MessageType type, ByteView body) {
    Writer writer(kHeaderSize + body.size());
    begin_message(writer, type);
    writer.bytes(body);
    end_message(writer);
    return writer.take();
}

}  // namespace routeproof::bgp
