// A session of ours and the peer's side of the conversation, on a clock that only tests move.
#pragma once

#include "agent/peering/bfd/session.hpp"

#include <chrono>

namespace routeproof::bfd::test {

using namespace std::chrono_literals;

inline constexpr std::uint32_t kOurs = 0x0A0B0C0D;
inline constexpr std::uint32_t kTheirs = 0x01020304;
inline constexpr Time kStart{1h};

/// What a peer of 300 ms x 3 says once it knows our discriminator.
inline ControlPacket from_peer(State state) {
    ControlPacket packet;
    packet.state = state;
    packet.detect_mult = 3;
    packet.my_discriminator = kTheirs;
    packet.your_discriminator = state == State::Down || state == State::AdminDown ? 0 : kOurs;
    packet.desired_min_tx = state == State::Up ? microseconds(300ms) : microseconds(1s);
    packet.required_min_rx = 300ms;
    return packet;
}

inline ControlPacket with_final(ControlPacket packet) {
    packet.final = true;
    return packet;
}

inline ControlPacket with_poll(ControlPacket packet) {
    packet.poll = true;
    return packet;
}

/// Brings the session into the state by what a peer would send. The poll of coming Up is answered.
inline void bring_to(Session& session, State state, Time now = kStart) {
    session.start(now);
    switch (state) {
        case State::AdminDown:
            session.admin_down(now);
            return;
        case State::Down:
            return;
        case State::Init:
            session.receive(from_peer(State::Down), now);
            return;
        case State::Up:
            session.receive(from_peer(State::Down), now);
            session.receive(from_peer(State::Up), now);
            session.receive(with_final(from_peer(State::Up)), now);
            return;
    }
}

}  // namespace routeproof::bfd::test
