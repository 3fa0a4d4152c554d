#include "agent/control/lateness.hpp"

#include <algorithm>

namespace routeproof::control {
namespace {

constexpr std::chrono::seconds kPeriod{1};
constexpr Lateness::Seconds kWorthALine{0.5};

}  // namespace

Lateness::Lateness(const boost::asio::any_io_executor& executor, std::function<void(Seconds)> late)
    : timer_(executor), late_(std::move(late)) {}

void Lateness::start() {
    timer_.expires_after(kPeriod);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (cancelled) {
            return;
        }
        record(std::max(Seconds(0), Seconds(std::chrono::steady_clock::now() - timer_.expiry())));
        start();
    });
}

void Lateness::record(Seconds lateness) {
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
        counts_.within[i] += lateness.count() <= kBounds[i] ? 1 : 0;
    }
    ++counts_.all;
    counts_.sum += lateness;
    counts_.longest = std::max(counts_.longest, lateness);
    if (lateness > kWorthALine && late_) {
        late_(lateness);
    }
}

}  // namespace routeproof::control
