// How often one source may knock: some connections at once, then so many a second. Pure.
#pragma once

#include "inventory/net/address.hpp"

#include <chrono>
#include <map>

namespace routeproof::bgp {

class AcceptLimiter {
public:
    using Time = std::chrono::steady_clock::time_point;

    enum class Verdict : std::uint8_t {
        Welcome,
        Refused,         // too many, and worth a line in the log
        RefusedSilently  // the same again
    };

    Verdict knock(const net::Address& source, Time now);

    /// Memory is bounded: beyond so many sources the one that has been quiet longest is forgotten.
    static constexpr std::size_t kSources = 256;
    static constexpr unsigned kBurst = 10;
    static constexpr std::chrono::milliseconds kOneEach{200};

private:
    struct Bucket {
        unsigned tokens = kBurst;
        Time filled;  // when `tokens` was true
        Time seen;
        std::uint64_t refused = 0;  // since it was last welcome
    };

    void make_room();

    std::map<net::Address, Bucket> buckets_;
};

}  // namespace routeproof::bgp
