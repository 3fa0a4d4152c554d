// A router's reply that somebody saved, read without the router: which form it has is recognised,
// and what it holds comes back in the words of facts.hpp. Pure.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"
#include "inventory/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace routeproof::drivers {

struct SavedReply {
    enum class Kind {
        Bgp,         // `routes`: BGP paths; a table of all protocols holds others, too
        Forwarding,  // `forwarding`
        NoBgp,       // the router says that it has no BGP, or no such table: `notes` has its words
    };
    Kind kind = Kind::Bgp;
    std::string format;               // "xml", "json" or "text"
    std::vector<std::string> tables;  // those that the reply names, empty ones included
    std::vector<Route> routes;
    std::vector<ForwardingEntry> forwarding;
    std::size_t skipped = 0;  // rows without an IP prefix (EVPN, MPLS)
    std::vector<std::string> notes;

    friend bool operator==(const SavedReply&, const SavedReply&) = default;
};

/// `command`: what was typed or asked, if known: it names the peer where the reply does not.
/// Failure (stage Parse) if the text is no reply of this OS about routes, or not whole; (stage Rpc)
/// if it is a router's refusal. What it says stands in one sentence.
Answer<SavedReply> read_saved(inventory::Os os, std::string_view text, std::string_view command);

}  // namespace routeproof::drivers
