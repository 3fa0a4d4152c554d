#include "agent/peering/state.hpp"

#include <ostream>

namespace routeproof::bgp {

std::string_view to_string(State state) {
    switch (state) {
        case State::Idle:
            return "Idle";
        case State::Connect:
            return "Connect";
        case State::Active:
            return "Active";
        case State::OpenSent:
            return "OpenSent";
        case State::OpenConfirm:
            return "OpenConfirm";
        case State::Established:
            break;
    }
    return "Established";
}

std::ostream& operator<<(std::ostream& out, State state) {
    return out << to_string(state);
}

}  // namespace routeproof::bgp
