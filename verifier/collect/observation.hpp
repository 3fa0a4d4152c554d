// What the routers answered, as it came: no judgement.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace routeproof::verifier {

/// The state of a question before it is answered; never an empty success.
drivers::Failure not_asked();

struct RouterObservation {
    std::string router;
    drivers::Answer<drivers::DeviceFacts> facts = not_asked();
    drivers::Answer<std::vector<drivers::BgpSession>> sessions = not_asked();
    drivers::Answer<drivers::RouteTable> routes = not_asked();
    /// Asked only of peers from which something is missing.
    std::map<net::Address, drivers::Answer<std::vector<drivers::ReceivedRoute>>> received;
    /// By peer: what a person types on the router to see what that peer sends.
    std::map<net::Address, std::string> commands;
    std::chrono::milliseconds took{0};

    /// True if at least one question about BGP was answered; "no such table" is no answer.
    bool looked_into() const {
        return sessions.has_value() || (routes.has_value() && routes->table_seen);
    }
    /// The failure that kept us out; only if !looked_into().
    drivers::Failure failure() const {
        return routes.has_error() ? routes.error() : sessions.error();
    }
    const drivers::BgpSession* session(const net::Address& peer) const;
    std::string command(const net::Address& peer) const;
};

using Observations = std::map<std::string, RouterObservation>;

}  // namespace routeproof::verifier
