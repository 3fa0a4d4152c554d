#include "agent/peering/accept_limiter.hpp"

#include <algorithm>

namespace routeproof::bgp {

AcceptLimiter::Verdict AcceptLimiter::knock(const net::Address& source, Time now) {
    auto at = buckets_.find(source);
    if (at == buckets_.end()) {
        make_room();
        at = buckets_.emplace(source, Bucket{kBurst, now, now, 0}).first;
    }
    Bucket& bucket = at->second;
    const auto earned = (now - bucket.filled) / kOneEach;
    if (earned > 0) {
        bucket.filled += earned * kOneEach;
        bucket.tokens =
            static_cast<unsigned>(std::min<std::int64_t>(kBurst, bucket.tokens + earned));
    }
    bucket.seen = now;
    if (bucket.tokens > 0) {
        --bucket.tokens;
        if (bucket.tokens > 0) {  // a quiet moment, not one of five a second in a flood
            bucket.refused = 0;
        }
        return Verdict::Welcome;
    }
    return bucket.refused++ == 0 ? Verdict::Refused : Verdict::RefusedSilently;
}

void AcceptLimiter::make_room() {
    if (buckets_.size() < kSources) {
        return;
    }
    const auto quietest =
        std::min_element(buckets_.begin(), buckets_.end(), [](const auto& a, const auto& b) {
            return a.second.seen < b.second.seen;
        });
    buckets_.erase(quietest);
}

}  // namespace routeproof::bgp
