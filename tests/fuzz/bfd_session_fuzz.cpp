// One BFD session under any sequence of events: packets, time that passes (also too late), other
// intervals, AdminDown and back. What must hold after each:
//   - no packet has both P and F (RFC 5880 6.5), and each names our discriminator and state;
//   - not Up: nothing faster than a second is offered (6.8.3);
//   - a session that was expired is not due at once again: the caller's loop would never rest.
#include "agent/peering/bfd/session.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

namespace {

using namespace routeproof::bfd;

constexpr std::uint32_t kOurs = 0x0A0B0C0D;

/// Hands out the input octet by octet, then zeros.
class Input {
public:
    explicit Input(std::span<const std::uint8_t> octets) : rest_(octets) {}

    bool empty() const { return rest_.empty(); }
    std::uint8_t octet() {
        if (rest_.empty()) {
            return 0;
        }
        const std::uint8_t first = rest_.front();
        rest_ = rest_.subspan(1);
        return first;
    }
    std::uint32_t number() {
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            value = value << 8 | octet();
        }
        return value;
    }

private:
    std::span<const std::uint8_t> rest_;
};

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check(const Session& session, const Session::Output& output) {
    if (!output.send) {
        return;
    }
    const ControlPacket& packet = *output.send;
    require(!(packet.poll && packet.final));
    require(packet.my_discriminator == kOurs && packet.state == session.state());
    require(packet.control_plane_independent && !packet.demand);
    require(packet.required_min_echo_rx == microseconds(0));
    require(packet.state == State::Up || packet.desired_min_tx >= kSlowInterval);
    require(decode(encode(packet)).has_value() || packet.your_discriminator == 0);
}

ControlPacket packet_from(Input& input) {
    ControlPacket packet;
    const std::uint8_t flags = input.octet();
    packet.state = static_cast<State>(flags >> 6);
    packet.poll = (flags & 1) != 0;
    packet.final = (flags & 2) != 0;
    packet.demand = (flags & 4) != 0;
    packet.authentication_present = (flags & 8) != 0;
    packet.your_discriminator = (flags & 16) != 0 ? kOurs : 0;
    packet.detect_mult = std::max<std::uint8_t>(input.octet(), 1);
    packet.my_discriminator = 1 + input.octet();
    packet.desired_min_tx = microseconds(input.number());
    packet.required_min_rx = microseconds(input.number());
    return packet;
}

Timing timing_from(Input& input) {
    Timing timing;
    timing.interval = std::clamp<microseconds>(
        microseconds(input.number()), std::chrono::milliseconds(10), std::chrono::seconds(60));
    timing.detect_mult = std::max<std::uint8_t>(input.octet(), 1);
    return timing;
}

void expire(Session& session, Time now) {
    // At most one detection and one packet can be due.
    for (int i = 0; i < 3 && session.next_deadline() <= now; ++i) {
        check(session, session.expire(now));
    }
    require(session.next_deadline() > now);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input({data, size});
    Time now(std::chrono::hours(1));
    Session session(kOurs, timing_from(input), input.number());
    check(session, session.start(now));
    while (!input.empty()) {
        switch (input.octet() % 6) {
            case 0:
                check(session, session.receive(packet_from(input), now));
                break;
            case 1:  // on time
                if (session.next_deadline() != kNever) {
                    now = std::max(now, session.next_deadline());
                }
                expire(session, now);
                break;
            case 2:  // early or late
                now += microseconds(input.number());
                expire(session, now);
                break;
            case 3:
                check(session, session.set_timing(timing_from(input), now));
                break;
            case 4:
                check(session, session.admin_down(now));
                require(session.state() == State::AdminDown);
                break;
            case 5:
                check(session, session.admin_up(now));
                break;
        }
        const Session::View view = session.view();
        require((view.liveness == Liveness::Up) == (view.state == State::Up));
        require(view.transmit_interval >= std::chrono::milliseconds(10));
    }
    return 0;
}
