#include "agent/peering/bfd/control_packet.hpp"

#include <algorithm>
#include <limits>
#include <ostream>
#include <stdexcept>
#include <string>

namespace routeproof::bfd {
namespace {

// Second octet: Sta in the upper two bits, then one flag a bit.
constexpr unsigned kPoll = 0x20;
constexpr unsigned kFinal = 0x10;
constexpr unsigned kControlPlaneIndependent = 0x08;
constexpr unsigned kAuthenticationPresent = 0x04;
constexpr unsigned kDemand = 0x02;
constexpr unsigned kMultipoint = 0x01;

constexpr std::size_t kAuthenticationHeader = 2;  // Auth Type, Auth Len

constexpr std::array<std::string_view, kDiscardReasons> kReasons{"too_short",
                                                                 "version",
                                                                 "length_too_small",
                                                                 "length_beyond_payload",
                                                                 "detect_mult_zero",
                                                                 "multipoint",
                                                                 "my_discriminator_zero",
                                                                 "your_discriminator_zero",
                                                                 "authentication_length",
                                                                 "time_to_live",
                                                                 "no_session",
                                                                 "authentication",
                                                                 "session_admin_down"};

std::uint32_t u32(std::span<const std::uint8_t> octets, std::size_t at) {
    return static_cast<std::uint32_t>(octets[at]) << 24 |
           static_cast<std::uint32_t>(octets[at + 1]) << 16 |
           static_cast<std::uint32_t>(octets[at + 2]) << 8 | octets[at + 3];
}

void put_u32(PacketOctets& octets, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
        octets[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    }
}

std::uint32_t wire(microseconds interval) {
    constexpr microseconds::rep kMax = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<microseconds::rep>(interval.count(), 0, kMax));
}

}  // namespace

std::string_view to_string(Discard reason) {
    return kReasons[static_cast<std::size_t>(reason)];
}

std::ostream& operator<<(std::ostream& out, Discard reason) {
    return out << to_string(reason);
}

std::ostream& operator<<(std::ostream& out, const ControlPacket& packet) {
    return out << "{" << packet.state << ", diag " << packet.diagnostic << (packet.poll ? " P" : "")
               << (packet.final ? " F" : "") << (packet.control_plane_independent ? " C" : "")
               << (packet.authentication_present ? " A" : "") << (packet.demand ? " D" : "")
               << ", mult " << unsigned{packet.detect_mult} << ", my " << packet.my_discriminator
               << ", your " << packet.your_discriminator << ", tx " << packet.desired_min_tx.count()
               << ", rx " << packet.required_min_rx.count() << ", echo "
               << packet.required_min_echo_rx.count() << "}";
}

PacketOctets encode(const ControlPacket& packet) {
    PacketOctets octets{};
    const auto flag = [](bool set, unsigned bit) { return set ? bit : 0U; };
    octets[0] = static_cast<std::uint8_t>(kVersion << 5 |
                                          (static_cast<unsigned>(packet.diagnostic) & 0x1FU));
    octets[1] =
        static_cast<std::uint8_t>(static_cast<unsigned>(packet.state) << 6 |
                                  flag(packet.poll, kPoll) | flag(packet.final, kFinal) |
                                  flag(packet.control_plane_independent, kControlPlaneIndependent) |
                                  flag(packet.demand, kDemand));
    octets[2] = packet.detect_mult;
    octets[3] = kPacketSize;
    put_u32(octets, 4, packet.my_discriminator);
    put_u32(octets, 8, packet.your_discriminator);
    put_u32(octets, 12, wire(packet.desired_min_tx));
    put_u32(octets, 16, wire(packet.required_min_rx));
    put_u32(octets, 20, wire(packet.required_min_echo_rx));
    return octets;
}

boost::system::result<ControlPacket, Discard> decode(std::span<const std::uint8_t> payload) {
    if (payload.size() < kPacketSize) {
        return Discard::TooShort;
    }
    const unsigned flags = payload[1];
    const bool authenticated = (flags & kAuthenticationPresent) != 0;
    const std::size_t length = payload[3];
    if (payload[0] >> 5 != kVersion) {
        return Discard::Version;
    }
    if (length < kPacketSize + (authenticated ? kAuthenticationHeader : 0)) {
        return Discard::LengthTooSmall;
    }
    if (length > payload.size()) {
        return Discard::LengthBeyondPayload;
    }
    ControlPacket packet;
    packet.diagnostic = static_cast<Diagnostic>(payload[0] & 0x1FU);
    packet.state = static_cast<State>(flags >> 6);
    packet.poll = (flags & kPoll) != 0;
    packet.final = (flags & kFinal) != 0;
    packet.control_plane_independent = (flags & kControlPlaneIndependent) != 0;
    packet.authentication_present = authenticated;
    packet.demand = (flags & kDemand) != 0;
    packet.detect_mult = payload[2];
    packet.my_discriminator = u32(payload, 4);
    packet.your_discriminator = u32(payload, 8);
    packet.desired_min_tx = microseconds(u32(payload, 12));
    packet.required_min_rx = microseconds(u32(payload, 16));
    packet.required_min_echo_rx = microseconds(u32(payload, 20));
    if (packet.detect_mult == 0) {
        return Discard::DetectMultZero;
    }
    if ((flags & kMultipoint) != 0) {
        return Discard::Multipoint;
    }
    if (packet.my_discriminator == 0) {
        return Discard::MyDiscriminatorZero;
    }
    // The packet's state, not ours: a peer that does not know us yet can only be Down.
    if (packet.your_discriminator == 0 && packet.state != State::Down &&
        packet.state != State::AdminDown) {
        return Discard::YourDiscriminatorZero;
    }
    if (authenticated) {
        const std::size_t section = payload[kPacketSize + 1];
        if (section < kAuthenticationHeader || section > length - kPacketSize) {
            return Discard::AuthenticationLength;
        }
    }
    return packet;
}

void throw_exception_from_error(Discard reason, const boost::source_location&) {
    throw std::logic_error("a discarded BFD packet was read: " + std::string(to_string(reason)));
}

}  // namespace routeproof::bfd
