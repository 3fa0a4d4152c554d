// What a leaf received from one of its hosts, put together from its table and its Adj-RIB-In.
#pragma once

#include "verifier/collect/view.hpp"

namespace routeproof::verifier {

struct Reception {
    enum class State {
        Accepted,     // in the table
        Rejected,     // received, and not (or not accepted) in the table
        NotReceived,  // the session is down, or the Adj-RIB-In was seen without it
        CannotTell,   // not in the table, and the Adj-RIB-In could not be seen
    };
    State state = State::CannotTell;
    std::string reason;        // the router's words: why rejected, or how the session stands
    std::string policy;        // import policy of the session, as far as told
    drivers::Failure failure;  // CannotTell: what kept us from the Adj-RIB-In
};

/// Precondition: view.has_table().
Reception reception(const RouterView& view, const net::Prefix& prefix, const net::Address& peer);

}  // namespace routeproof::verifier
