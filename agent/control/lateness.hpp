// How late our own timers fire: a host without CPU to spare flaps its sessions, and this is how one
// sees that it was that. A timer of one second is watched; what comes later than promised is
// counted.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>

namespace routeproof::control {

class Lateness {
public:
    using Seconds = std::chrono::duration<double>;
    /// Upper bounds of the buckets.
    static constexpr std::array<double, 6> kBounds{0.001, 0.01, 0.1, 0.5, 1, 5};

    struct Counts {
        std::array<std::uint64_t, kBounds.size()> within{};  // cumulative, as histograms are
        std::uint64_t all = 0;
        Seconds sum{0};
        Seconds longest{0};
    };

    /// `late` is told of everything later than half a second.
    Lateness(const boost::asio::any_io_executor& executor, std::function<void(Seconds)> late);

    void start();
    void stop() { timer_.cancel(); }
    void record(Seconds lateness);
    const Counts& counts() const { return counts_; }

private:
    boost::asio::steady_timer timer_;
    std::function<void(Seconds)> late_;
    Counts counts_;
};

}  // namespace routeproof::control
