#include "agent/peering/wire/notification.hpp"

#include "agent/peering/wire/utf8.hpp"

#include <algorithm>
#include <ostream>
#include <stdexcept>

namespace routeproof::bgp {
namespace {

constexpr std::size_t kMaxData = 4096 - 19 - 2;  // beside the header and the two codes
constexpr std::size_t kMaxText = 255;            // RFC 9003 2: the length is one octet

struct CodeName {
    ErrorCode code;
    std::string_view name;
};

struct SubcodeName {
    ErrorCode code;
    std::uint8_t subcode;
    std::string_view name;
};

// clang-format off
constexpr CodeName kCodes[] = {
    {ErrorCode::MessageHeader,      "Message Header Error"},
    {ErrorCode::Open,               "OPEN Message Error"},
    {ErrorCode::Update,             "UPDATE Message Error"},
    {ErrorCode::HoldTimerExpired,   "Hold Timer Expired"},
    {ErrorCode::FiniteStateMachine, "Finite State Machine Error"},
    {ErrorCode::Cease,              "Cease"},
    {ErrorCode::RouteRefresh,       "ROUTE-REFRESH Message Error"},
    {ErrorCode::SendHoldTimerExpired, "Send Hold Timer Expired"},
};

// https://www.iana.org/assignments/bgp-parameters: the subcode registries
constexpr SubcodeName kSubcodes[] = {
    {ErrorCode::MessageHeader, 1, "Connection Not Synchronized"},
    {ErrorCode::MessageHeader, 2, "Bad Message Length"},
    {ErrorCode::MessageHeader, 3, "Bad Message Type"},
    {ErrorCode::Open, 1, "Unsupported Version Number"},
    {ErrorCode::Open, 2, "Bad Peer AS"},
    {ErrorCode::Open, 3, "Bad BGP Identifier"},
    {ErrorCode::Open, 4, "Unsupported Optional Parameter"},
    {ErrorCode::Open, 6, "Unacceptable Hold Time"},
    {ErrorCode::Open, 7, "Unsupported Capability"},
    {ErrorCode::Open, 11, "Role Mismatch"},
    {ErrorCode::Update, 1, "Malformed Attribute List"},
    {ErrorCode::Update, 2, "Unrecognized Well-known Attribute"},
    {ErrorCode::Update, 3, "Missing Well-known Attribute"},
    {ErrorCode::Update, 4, "Attribute Flags Error"},
    {ErrorCode::Update, 5, "Attribute Length Error"},
    {ErrorCode::Update, 6, "Invalid ORIGIN Attribute"},
    {ErrorCode::Update, 8, "Invalid NEXT_HOP Attribute"},
    {ErrorCode::Update, 9, "Optional Attribute Error"},
    {ErrorCode::Update, 10, "Invalid Network Field"},
    {ErrorCode::Update, 11, "Malformed AS_PATH"},
    {ErrorCode::FiniteStateMachine, 1, "Unexpected Message in OpenSent"},
    {ErrorCode::FiniteStateMachine, 2, "Unexpected Message in OpenConfirm"},
    {ErrorCode::FiniteStateMachine, 3, "Unexpected Message in Established"},
    {ErrorCode::Cease, 1, "Maximum Number of Prefixes Reached"},
    {ErrorCode::Cease, 2, "Administrative Shutdown"},
    {ErrorCode::Cease, 3, "Peer De-configured"},
    {ErrorCode::Cease, 4, "Administrative Reset"},
    {ErrorCode::Cease, 5, "Connection Rejected"},
    {ErrorCode::Cease, 6, "Other Configuration Change"},
    {ErrorCode::Cease, 7, "Connection Collision Resolution"},
    {ErrorCode::Cease, 8, "Out of Resources"},
    {ErrorCode::Cease, 9, "Hard Reset"},
    {ErrorCode::Cease, 10, "BFD Down"},
    {ErrorCode::RouteRefresh, 1, "Invalid Message Length"},
};
// clang-format on

bool carries_text(const Notification& notification) {
    return notification.code == ErrorCode::Cease &&
           (notification.subcode == cease::kAdministrativeShutdown ||
            notification.subcode == cease::kAdministrativeReset);
}

void append_hex(std::string& text, std::uint8_t octet) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[octet >> 4];
    text += kDigits[octet & 0xF];
}

}  // namespace

void throw_exception_from_error(const Notification& notification,
                                const boost::source_location& where) {
    throw std::logic_error(where.to_string() + ": " + to_string(notification));
}

Notification cease_with_text(std::uint8_t subcode, std::string_view text) {
    Notification notification(ErrorCode::Cease, subcode);
    if (text.empty()) {
        return notification;
    }
    const std::string_view cut = utf8::prefix(text, kMaxText);
    notification.data.reserve(cut.size() + 1);
    notification.data.push_back(static_cast<std::uint8_t>(cut.size()));
    notification.data.insert(notification.data.end(), cut.begin(), cut.end());
    return notification;
}

Notification hard_reset(const Notification& reason) {
    return {ErrorCode::Cease, cease::kHardReset, encode_body(reason)};
}

bool is_hard_reset(const Notification& notification) {
    return notification.code == ErrorCode::Cease && notification.subcode == cease::kHardReset;
}

Notification unwrapped(const Notification& notification) {
    constexpr std::size_t kCodes = 2;  // code and subcode
    if (!is_hard_reset(notification) || notification.data.size() < kCodes) {
        return notification;
    }
    return decode_notification(notification.data);
}

std::string shutdown_text(const Notification& received) {
    const Notification notification = unwrapped(received);
    if (!carries_text(notification) || notification.data.empty()) {
        return {};
    }
    const auto begin = notification.data.begin() + 1;
    const auto length =
        std::min<std::ptrdiff_t>(notification.data[0], notification.data.end() - begin);
    return {begin, begin + length};
}

Bytes encode_body(const Notification& notification) {
    // The data may quote a whole faulty message: what does not fit is cut.
    const std::size_t size = std::min(notification.data.size(), kMaxData);
    Bytes body{static_cast<std::uint8_t>(notification.code), notification.subcode};
    body.insert(body.end(),
                notification.data.begin(),
                notification.data.begin() + static_cast<std::ptrdiff_t>(size));
    return body;
}

Notification decode_notification(ByteView body) {
    Reader reader(body);
    const auto code = static_cast<ErrorCode>(reader.u8());
    const std::uint8_t subcode = reader.u8();
    const ByteView data = reader.rest();
    return {code, subcode, Bytes(data.begin(), data.end())};
}

std::string error_name(const Notification& notification) {
    std::string name = "error " + std::to_string(static_cast<unsigned>(notification.code));
    for (const auto& row : kCodes) {
        if (row.code == notification.code) {
            name = row.name;
        }
    }
    for (const auto& row : kSubcodes) {
        if (row.code == notification.code && row.subcode == notification.subcode) {
            return name + "/" + std::string(row.name);
        }
    }
    return notification.subcode == 0 ? name : name + "/" + std::to_string(notification.subcode);
}

std::string to_string(const Notification& notification) {
    std::string name = error_name(notification);
    if (is_hard_reset(notification) && notification.data.size() >= 2) {
        name += " (" + error_name(unwrapped(notification)) + ")";
    }
    const std::string text = shutdown_text(notification);
    return text.empty() ? name : name + ": \"" + escape(text) + "\"";
}

std::string escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const utf8::Decoded next = utf8::decode(text);
        const bool plain = next.valid && utf8::printable(next.code_point) &&
                           next.code_point != '"' && next.code_point != '\\';
        for (std::size_t i = 0; i < next.size; ++i) {
            if (plain) {
                out += text[i];
            } else {
                out += "\\x";
                append_hex(out, static_cast<std::uint8_t>(text[i]));
            }
        }
        text.remove_prefix(next.size);
    }
    return out;
}

std::string to_hex(ByteView octets, std::size_t limit) {
    std::string text;
    const auto shown = octets.first(std::min(limit, octets.size()));
    text.reserve(2 * shown.size() + 3);
    for (const std::uint8_t octet : shown) {
        append_hex(text, octet);
    }
    return shown.size() < octets.size() ? text + "…" : text;
}

std::ostream& operator<<(std::ostream& out, const Notification& notification) {
    out << to_string(notification);
    return notification.data.empty() ? out : out << " [" << to_hex(notification.data) << "]";
}

}  // namespace routeproof::bgp
