#include "verifier/bgpdump/tcp_stream.hpp"

#include <algorithm>
#include <vector>

namespace routeproof::bgpdump {
namespace {

// RFC 9293 3.4: sequence numbers go round, so what counts is how far one is ahead of another.
std::int32_t ahead(std::uint32_t a, std::uint32_t b) {
    return static_cast<std::int32_t>(a - b);
}

}  // namespace

void TcpStream::syn(std::uint32_t sequence) {
    *this = TcpStream();
    next_ = sequence + 1;
}

void TcpStream::segment(std::uint32_t sequence, bgp::ByteView payload) {
    if (payload.empty()) {
        return;
    }
    if (!next_) {
        next_ = sequence;
    }
    const std::int32_t distance = ahead(sequence, *next_);
    if (distance > 0) {
        bgp::Bytes& kept = waiting_[sequence];
        if (kept.size() < payload.size()) {
            waiting_octets_ += payload.size() - kept.size();
            kept.assign(payload.begin(), payload.end());
        }
        return;
    }
    const auto known = static_cast<std::size_t>(-std::int64_t{distance});
    if (known >= payload.size()) {
        return;  // sent again
    }
    ready_.insert(
        ready_.end(), payload.begin() + static_cast<std::ptrdiff_t>(known), payload.end());
    *next_ += static_cast<std::uint32_t>(payload.size() - known);
    take_over();
}

void TcpStream::take_over() {
    bool again = true;
    while (again) {
        again = false;
        for (auto at = waiting_.begin(); at != waiting_.end();) {
            const std::int32_t distance = ahead(at->first, *next_);
            if (distance > 0) {
                ++at;
                continue;
            }
            const auto known = static_cast<std::size_t>(-std::int64_t{distance});
            const bgp::Bytes& octets = at->second;
            if (known < octets.size()) {
                ready_.insert(ready_.end(),
                              octets.begin() + static_cast<std::ptrdiff_t>(known),
                              octets.end());
                *next_ += static_cast<std::uint32_t>(octets.size() - known);
                again = true;
            }
            waiting_octets_ -= octets.size();
            at = waiting_.erase(at);
        }
    }
}

void TcpStream::consume(std::size_t octets) {
    consumed_ += octets;
    if (consumed_ == ready_.size() || consumed_ > (1U << 20)) {
        ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(consumed_));
        consumed_ = 0;
    }
}

std::uint32_t TcpStream::skip_gap(bool finally) {
    if (waiting_.empty() || (!finally && waiting_octets_ <= kMostWaiting)) {
        return 0;
    }
    const auto nearest =
        std::min_element(waiting_.begin(), waiting_.end(), [this](const auto& a, const auto& b) {
            return ahead(a.first, *next_) < ahead(b.first, *next_);
        });
    const std::uint32_t missing = nearest->first - *next_;
    ready_.clear();
    consumed_ = 0;
    next_ = nearest->first;
    take_over();
    return missing;
}

}  // namespace routeproof::bgpdump
