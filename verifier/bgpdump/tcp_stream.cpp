#include "verifier/bgpdump/tcp_stream.hpp"

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
        bgp::Bytes& kept = waiting_[position_ + static_cast<std::uint32_t>(distance)];
        if (kept.size() < payload.size()) {
            waiting_octets_ += payload.size() - kept.size();
            kept.assign(payload.begin(), payload.end());
        }
        return;
    }
    const auto known = static_cast<std::size_t>(-std::int64_t{distance});
    if (known < payload.size()) {  // else sent again
        append(payload.subspan(known));
        take_over();
    }
}

void TcpStream::append(bgp::ByteView octets) {
    ready_.insert(ready_.end(), octets.begin(), octets.end());
    *next_ += static_cast<std::uint32_t>(octets.size());
    position_ += octets.size();
}

void TcpStream::take_over() {
    while (!waiting_.empty() && waiting_.begin()->first <= position_) {
        const auto first = waiting_.extract(waiting_.begin());
        const bgp::ByteView octets = first.mapped();
        const std::uint64_t known = position_ - first.key();
        if (known < octets.size()) {
            append(octets.subspan(known));
        }
        waiting_octets_ -= octets.size();
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
    const std::uint64_t nearest = waiting_.begin()->first;
    const auto missing = static_cast<std::uint32_t>(nearest - position_);
    ready_.clear();
    consumed_ = 0;
    *next_ += missing;
    position_ = nearest;
    take_over();
    return missing;
}

}  // namespace routeproof::bgpdump
