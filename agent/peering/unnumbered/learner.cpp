#include "agent/peering/unnumbered/learner.hpp"

namespace routeproof::bgp::unnumbered {

bool Learner::heard(const net::Address& source, Time now) {
    if (source.is_v4() || !source.is_link_local()) {  // RFC 4861 6.1.2
        return false;
    }
    if (neighbour_ == source) {
        last_heard_ = now;
        return false;
    }
    if (neighbour_ && now - last_heard_ < kQuiet) {
        return false;
    }
    neighbour_ = source;
    last_heard_ = now;
    return true;
}

}  // namespace routeproof::bgp::unnumbered
