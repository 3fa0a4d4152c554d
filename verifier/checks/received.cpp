#include "verifier/checks/received.hpp"

#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {

using State = Reception::State;

Reception reception(const RouterView& view, const net::Prefix& prefix, const net::Address& peer) {
    const RouterObservation& seen = view.observation();
    const drivers::BgpSession* session = seen.session(peer);
    Reception result;
    if (session != nullptr) {
        result.policy = session->import_policy;
    }
    if (const drivers::Route* path = view.path_from(prefix, peer)) {
        result.state = path->valid ? State::Accepted : State::Rejected;
        result.reason = one_line(path->reason);
        if (path->valid || !result.reason.empty()) {
            return result;
        }
    }
    const auto asked = seen.received.find(peer);
    if (asked != seen.received.end() && asked->second) {
        const auto& routes = *asked->second;
        const auto found =
            std::find_if(routes.begin(), routes.end(), [&](const drivers::ReceivedRoute& r) {
                return r.route.prefix == prefix;
            });
        if (found != routes.end() && found->verdict == drivers::ReceivedRoute::Verdict::Accepted) {
            // The table was read before, the Adj-RIB-In after it came.
            result.failure = {drivers::Stage::Rpc,
                              drivers::Failure::Kind::Protocol,
                              "it was not in the table, and a moment later accepted: ask again"};
        } else if (found != routes.end()) {
            result.state = State::Rejected;
            result.reason = one_line(found->reason);
        } else if (result.state != State::Rejected) {
            result.state = State::NotReceived;
        }
        return result;
    }
    if (result.state == State::Rejected) {
        return result;
    }
    if (seen.sessions && (session == nullptr || !session->established)) {
        result.state = State::NotReceived;
        result.reason =
            session == nullptr ? "no session" : "session is " + one_line(session->state);
        return result;
    }
    result.failure = asked == seen.received.end() ? not_asked() : asked->second.error();
    return result;
}

}  // namespace routeproof::verifier
