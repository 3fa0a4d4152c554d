// NOTIFICATION (RFC 4271 4.5 and 6): the error that ends a session, as a value. Decoders return it
// as their error, so it is also what must be sent.
#pragma once

#include "agent/peering/wire/buffer.hpp"
#include "agent/peering/wire/iana.hpp"

#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>
#include <string_view>

namespace routeproof::bgp {

struct Notification {
    ErrorCode code = ErrorCode::Cease;
    std::uint8_t subcode = 0;
    Bytes data;

    Notification() = default;
    Notification(ErrorCode error, std::uint8_t sub, Bytes octets = {})
        : code(error), subcode(sub), data(std::move(octets)) {}

    friend bool operator==(const Notification&, const Notification&) = default;
};

/// What Result::value() throws when there is none: taking it unasked is our own mistake.
[[noreturn]] void throw_exception_from_error(const Notification& notification,
                                             const boost::source_location& where);

template <class T>
using Result = boost::system::result<T, Notification>;

/// Cease with a reason for people (RFC 9003): UTF-8, cut to 255 octets between code points.
Notification cease_with_text(std::uint8_t subcode, std::string_view text);
/// The same as a Hard Reset, which ends graceful restart where a NOTIFICATION alone would not
/// (RFC 8538 3).
Notification hard_reset(const Notification& reason);
bool is_hard_reset(const Notification& notification);
/// What a Hard Reset carries; everything else as it is.
Notification unwrapped(const Notification& notification);
/// The text of a Cease 2 or 4, also within a Hard Reset, as received: not yet safe to print. Empty
/// if there is none. Bounded by the message, not by its own length octet (CVE-2019-16159).
std::string shutdown_text(const Notification& notification);

/// What follows the message header.
Bytes encode_body(const Notification& notification);
/// Shorter than two octets cannot come here: the header check has refused it.
Notification decode_notification(ByteView body);

/// "Cease/Administrative Shutdown"; numbers where there is no name: "OPEN Message Error/9".
std::string error_name(const Notification& notification);
/// error_name and, quoted and escaped, the shutdown text.
std::string to_string(const Notification& notification);
/// Printable: control characters and octets that are not UTF-8 become \xNN.
std::string escape(std::string_view text);
/// Lower-case hex of the first `limit` octets, "…" behind if there were more.
std::string to_hex(ByteView octets, std::size_t limit = 64);

std::ostream& operator<<(std::ostream& out, const Notification& notification);

}  // namespace routeproof::bgp
