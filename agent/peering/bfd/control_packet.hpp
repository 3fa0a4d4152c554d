// The BFD control packet (RFC 5880 4.1) and the rules by which it is discarded (6.8.6) that need no
// session to judge. Nothing here allocates.
//
// Authentication (4.2 to 4.4) is not offered: the section is measured, so that its length errors
// are told from refusals, and a session of ours refuses every packet that carries one.
#pragma once

#include "agent/peering/bfd/iana.hpp"

#include <boost/system/result.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <span>
#include <string_view>

namespace routeproof::bfd {

using std::chrono::microseconds;

/// Why a packet was discarded; the order of RFC 5880 6.8.6.
enum class Discard : std::uint8_t {
    TooShort,  // the payload does not hold the mandatory section
    Version,
    LengthTooSmall,  // Length < 24, or < 26 with the A bit
    LengthBeyondPayload,
    DetectMultZero,
    Multipoint,
    MyDiscriminatorZero,
    YourDiscriminatorZero,  // and the packet's state is neither Down nor AdminDown
    AuthenticationLength,   // Auth Len does not fit into Length
    // Judged by whoever knows the sessions:
    TimeToLive,      // not 255 (RFC 5881 5)
    NoSession,       // unknown Your Discriminator, or nobody expects this sender here
    Authentication,  // the A bit is set and we use none
    SessionAdminDown,
};
inline constexpr std::size_t kDiscardReasons = 13;

/// A few words for logs and counters: "my_discriminator_zero".
std::string_view to_string(Discard reason);
std::ostream& operator<<(std::ostream& out, Discard reason);

struct ControlPacket {
    Diagnostic diagnostic = Diagnostic::None;
    State state = State::Down;
    bool poll = false;
    bool final = false;
    bool control_plane_independent = false;
    bool authentication_present = false;  // read only: we never send it
    bool demand = false;
    std::uint8_t detect_mult = 0;
    std::uint32_t my_discriminator = 0;
    std::uint32_t your_discriminator = 0;
    microseconds desired_min_tx{0};
    microseconds required_min_rx{0};
    microseconds required_min_echo_rx{0};

    friend bool operator==(const ControlPacket&, const ControlPacket&) = default;
};

/// For test output: every field.
std::ostream& operator<<(std::ostream& out, const ControlPacket& packet);

inline constexpr std::size_t kPacketSize = 24;
using PacketOctets = std::array<std::uint8_t, kPacketSize>;

/// Without authentication section. Intervals beyond 32 bits of microseconds are cut to the largest.
PacketOctets encode(const ControlPacket& packet);

/// A UDP payload. Octets after the packet's own Length are ignored, as the RFC allows.
boost::system::result<ControlPacket, Discard> decode(std::span<const std::uint8_t> payload);

/// boost::system::result asks for it: reading the value of a discarded packet is our mistake.
[[noreturn]] void throw_exception_from_error(Discard reason, const boost::source_location& where);

}  // namespace routeproof::bfd
