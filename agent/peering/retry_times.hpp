// How fast connections are tried again. The defaults suit a leaf one hop away.
#pragma once

#include <chrono>

namespace routeproof::bgp {

struct RetryTimes {
    std::chrono::milliseconds connect_retry{5000};  // between dials that nobody answers
    std::chrono::milliseconds idle_hold{1000};      // first pause after a failed session; doubles
    std::chrono::milliseconds idle_hold_max{60000};
    std::chrono::milliseconds stable_after{30000};  // Established so long: the pause is reset

    /// Send hold time (RFC 9687): this or twice the hold time, whichever is longer.
    std::chrono::milliseconds send_hold_min{480000};

    friend bool operator==(const RetryTimes&, const RetryTimes&) = default;
};

}  // namespace routeproof::bgp
