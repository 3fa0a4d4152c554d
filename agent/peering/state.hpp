// The states of RFC 4271 8.2.2.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace routeproof::bgp {

enum class State : std::uint8_t { Idle, Connect, Active, OpenSent, OpenConfirm, Established };

/// As the RFC spells it: "Idle" … "Established".
std::string_view to_string(State state);
std::ostream& operator<<(std::ostream& out, State state);

}  // namespace routeproof::bgp
