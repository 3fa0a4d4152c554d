// Which router is at the other end of a link: the one whose advertisements we hear. Pure.
//
// There should be one. If there are two, the first one stays until it has been quiet for a while:
// a session that is pulled to and fro serves nobody.
#pragma once

#include "inventory/net/address.hpp"

#include <chrono>
#include <optional>

namespace routeproof::bgp::unnumbered {

class Learner {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Three of the usual intervals of ten seconds, and a little.
    static constexpr std::chrono::seconds kQuiet{35};

    /// A valid advertisement from there. True: the neighbour is another one now.
    bool heard(const net::Address& source, Time now);
    /// The link went down, or our own address on it changed.
    void forget() { neighbour_.reset(); }

    const std::optional<net::Address>& neighbour() const { return neighbour_; }

private:
    std::optional<net::Address> neighbour_;
    Time last_heard_;
};

}  // namespace routeproof::bgp::unnumbered
