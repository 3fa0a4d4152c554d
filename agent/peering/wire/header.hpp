// The message header (RFC 4271 4.1): marker, length, type.
#pragma once

#include "agent/peering/wire/notification.hpp"

namespace routeproof::bgp {

inline constexpr std::size_t kHeaderSize = 19;
inline constexpr std::size_t kMaxMessage = 4096;
inline constexpr std::size_t kMaxExtendedMessage = 65535;  // RFC 8654

struct Header {
    std::uint16_t length = 0;  // of the whole message
    MessageType type = MessageType::Keepalive;

    std::size_t body_size() const { return length - kHeaderSize; }
    friend bool operator==(const Header&, const Header&) = default;
};

/// Errors 1/1, 1/2 (data: the length field) and 1/3 (data: the type) as RFC 4271 6.1 says.
/// Precondition: kHeaderSize octets.
Result<Header> decode_header(ByteView octets, std::size_t max_message = kMaxMessage);

/// A whole message. Precondition: header and body fit 65535 octets.
Bytes encode_message(MessageType type, ByteView body = {});

/// Begins a message whose length end_message fills in.
void begin_message(Writer& writer, MessageType type);
/// Precondition: the message began at the writer's first octet.
void end_message(Writer& writer);

}  // namespace routeproof::bgp
