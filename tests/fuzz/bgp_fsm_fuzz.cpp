// Any sequence of events: the state machine has an answer to each, and keeps its promises.
#include "agent/peering/fsm.hpp"
#include "agent/peering/wire/buffer.hpp"

#include <cstdlib>

namespace {

using namespace routeproof;
using namespace routeproof::bgp;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

FsmConfig config_of(Reader& input) {
    FsmConfig config;
    config.local.asn = net::Asn(65100);
    config.local.router_id = net::RouterId(1);
    config.local.hold_time = std::chrono::seconds(input.u8());
    config.peer_as = net::Asn(65000);
    const std::uint8_t bits = input.u8();
    config.passive = (bits & 1U) != 0;
    if ((bits & 2U) != 0) {
        config.local.graceful_restart = LocalOpen::Restart();
    }
    return config;
}

OpenMessage open_of(Reader& input) {
    const std::size_t size = input.u8();
    const ByteView body = input.bytes(std::min(size, input.remaining()));
    if (auto open = decode_open(body)) {
        return std::move(*open);
    }
    OpenMessage open;
    open.my_as = net::Asn(65000);
    open.hold_time = input.u8();
    open.bgp_identifier = net::RouterId(2);
    open.capabilities.emplace_back(capability::FourOctetAs{net::Asn(65000)});
    return open;
}

Event event_of(Reader& input) {
    switch (input.u8() % 18) {
        case 0:
            return event::Start{};
        case 1:
            return event::Stop{};
        case 2:
            return event::Stop{cease_with_text(cease::kAdministrativeShutdown, "bye")};
        case 3:
            return event::Pause{};
        case 4:
            return event::TimerExpired{static_cast<Timer>(input.u8() % kTimers)};
        case 5:
            return event::TcpConnected{};
        case 6:
            return event::TcpFailed{"reset"};
        case 7:
            return event::OpenReceived{open_of(input)};
        case 8:
            return event::MessageError{
                {static_cast<ErrorCode>(input.u8()), input.u8(), Bytes{input.u8()}}};
        case 9:
            return event::CollisionLost{};
        case 10:
            return event::NotificationReceived{
                {static_cast<ErrorCode>(input.u8()), input.u8(), Bytes{input.u8()}}};
        case 11:
            return event::KeepaliveReceived{};
        case 12:
            return event::UpdateReceived{};
        case 13:
            return event::RouteRefreshReceived{kIpv4Unicast};
        case 14:
            return event::RouteRefreshReceived{kIpv4Unicast,
                                               static_cast<RefreshSubtype>(input.u8())};
        case 15:
            return event::PeerRestarted{};
        case 16:
            return event::SendStalled{};
        default:
            return event::BfdDown{};
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Reader input(ByteView(data, size));
    Fsm fsm(config_of(input));
    bool up = false;  // as its owner was told
    for (int steps = 0; !input.empty() && steps < 4096; ++steps) {
        const State before = fsm.state();
        for (const Action& action : fsm.handle(event_of(input))) {
            if (std::holds_alternative<action::SessionUp>(action)) {
                require(!up);
                up = true;
            } else if (std::holds_alternative<action::SessionDown>(action)) {
                require(up && before == State::Established);
                up = false;
            } else if (std::holds_alternative<action::ProcessUpdate>(action)) {
                require(up);
            } else if (const auto* start = std::get_if<action::StartTimer>(&action)) {
                require(start->after.count() >= 0);
            }
        }
        require(up == (fsm.state() == State::Established));
    }
    return 0;
}
