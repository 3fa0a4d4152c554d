// The numbers of BFD: https://www.iana.org/assignments/bfd-parameters
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string_view>

namespace routeproof::bfd {

/// RFC 5880 4.1, "State (Sta)".
enum class State : std::uint8_t { AdminDown = 0, Down = 1, Init = 2, Up = 3 };

/// RFC 5880 4.1, "Diagnostic (Diag)": five bits; what is not named here is unassigned, and kept.
enum class Diagnostic : std::uint8_t {
    None = 0,
    ControlDetectionTimeExpired = 1,
    EchoFunctionFailed = 2,
    NeighborSignaledSessionDown = 3,
    ForwardingPlaneReset = 4,
    PathDown = 5,
    ConcatenatedPathDown = 6,
    AdministrativelyDown = 7,
    ReverseConcatenatedPathDown = 8,
    MisConnectivityDefect = 9,  // RFC 6428
};

inline constexpr std::uint8_t kVersion = 1;
/// RFC 5881 4: single-hop control packets go to this port, from one of the dynamic range.
inline constexpr std::uint16_t kControlPort = 3784;
inline constexpr std::uint16_t kSourcePortMin = 49152;
inline constexpr std::uint16_t kSourcePortMax = 65535;
/// RFC 5881 5: sent with it, and worth nothing without it: the packet came from this very link.
inline constexpr int kTimeToLive = 255;

/// As the RFC spells it: "AdminDown" … "Up".
std::string_view to_string(State state);
/// The registry's words in lower case: "control detection time expired".
std::string_view to_string(Diagnostic diagnostic);
std::ostream& operator<<(std::ostream& out, State state);
std::ostream& operator<<(std::ostream& out, Diagnostic diagnostic);

}  // namespace routeproof::bfd
