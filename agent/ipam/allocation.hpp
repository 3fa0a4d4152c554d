// One given address: who has it, since when and why. This is what the store keeps.
#pragma once

#include "inventory/net/prefix.hpp"
#include "inventory/time.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace routeproof::ipam {

/// Why the address was given.
enum class Kind {
    Container,  // for a container (or an --aux-address: dockerd before 29 asks for both alike)
    Gateway,    // docker network create --gateway
    Replay,     // dockerd asked again at its start and nobody had it: its store knew, ours did not
};

/// Whose block the address comes from; decides what is announced for it.
enum class Ownership {
    OwnBlock,  // covered by the announcement of the block
    Borrowed,  // needs an announcement of its own (/32): another host announces the block around it
};

struct Allocation {
    net::Address address;
    net::Prefix pool;  // the configured pool
    Kind kind = Kind::Container;
    Ownership ownership = Ownership::OwnBlock;
    std::string host;       // the agent's host name
    std::string network;    // Docker's network ID; empty until an endpoint is bound
    std::string endpoint;   // Docker's endpoint ID; empty: no live endpoint
    std::string container;  // name; empty until Docker has told it
    Timestamp since{};

    bool is_bound() const { return !endpoint.empty(); }

    friend bool operator==(const Allocation&, const Allocation&) = default;
};

std::string_view to_string(Kind kind);
std::string_view to_string(Ownership ownership);
std::ostream& operator<<(std::ostream& out, const Allocation& allocation);

/// The form in the store: one JSON object. Unknown members are ignored on reading.
std::string to_json(const Allocation& allocation);
/// Nothing if the text is not an allocation.
std::optional<Allocation> allocation_from_json(std::string_view text);

}  // namespace routeproof::ipam
