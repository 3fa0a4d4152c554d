#include "verifier/collect/observation.hpp"

#include <algorithm>

namespace routeproof::verifier {

drivers::Failure not_asked() {
    return {drivers::Stage::Connect, drivers::Failure::Kind::Unreachable, "not asked"};
}

const drivers::BgpSession* RouterObservation::session(const net::Address& peer) const {
    if (!sessions) {
        return nullptr;
    }
    const auto found = std::find_if(sessions->begin(),
                                    sessions->end(),
                                    [&](const drivers::BgpSession& s) { return s.peer == peer; });
    return found == sessions->end() ? nullptr : &*found;
}

std::string RouterObservation::command(const net::Address& peer) const {
    const auto found = commands.find(peer);
    return found == commands.end() ? std::string() : found->second;
}

}  // namespace routeproof::verifier
