// What a router holds, or a saved reply of it, as a table for people and as JSON for machines.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"

#include <string>
#include <vector>

namespace routeproof::verifier {

struct RoutesView {
    std::string router;  // empty for a saved reply
    std::string file;    // empty for a router
    std::string os;
    std::string view;  // "received", "accepted", "best", "forwarding", or what a saved reply holds
    std::string format;   // of a saved reply: "xml", "json", "text"
    std::string command;  // of a saved reply, if known
    std::vector<std::string> tables;
    std::vector<drivers::Route> routes;
    std::vector<drivers::ForwardingEntry> forwarding;
    std::size_t skipped = 0;
    std::vector<std::string> notes;
};

/// Columns that would be empty in every row are left out; at least one line, whatever there is.
std::string routes_table(const RoutesView& view);
/// Schema "routeproof.routes/1".
std::string routes_json(const RoutesView& view);

struct RouterFacts {
    std::string router;
    std::string os;  // as in the inventory
    drivers::Answer<drivers::DeviceFacts> facts;
};

std::string facts_table(const std::vector<RouterFacts>& routers);
/// Schema "routeproof.facts/1".
std::string facts_json(const std::vector<RouterFacts>& routers);

}  // namespace routeproof::verifier
