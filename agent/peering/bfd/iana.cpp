#include "agent/peering/bfd/iana.hpp"

#include <array>
#include <cstddef>
#include <ostream>

namespace routeproof::bfd {
namespace {

constexpr std::array<std::string_view, 4> kStates{"AdminDown", "Down", "Init", "Up"};
constexpr std::array<std::string_view, 10> kDiagnostics{"none",
                                                        "control detection time expired",
                                                        "echo function failed",
                                                        "neighbor signaled session down",
                                                        "forwarding plane reset",
                                                        "path down",
                                                        "concatenated path down",
                                                        "administratively down",
                                                        "reverse concatenated path down",
                                                        "mis-connectivity defect"};

}  // namespace

std::string_view to_string(State state) {
    return kStates[static_cast<std::size_t>(state) & 3];
}

std::string_view to_string(Diagnostic diagnostic) {
    const auto code = static_cast<std::size_t>(diagnostic);
    return code < kDiagnostics.size() ? kDiagnostics[code] : "unassigned";
}

std::ostream& operator<<(std::ostream& out, State state) {
    return out << to_string(state);
}

std::ostream& operator<<(std::ostream& out, Diagnostic diagnostic) {
    return out << to_string(diagnostic);
}

}  // namespace routeproof::bfd
