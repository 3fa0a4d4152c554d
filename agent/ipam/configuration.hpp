// What the operator decided about this host's addresses.
#pragma once

#include "inventory/model.hpp"

#include <string>
#include <vector>

namespace routeproof::ipam {

struct Configuration {
    std::string host;
    std::vector<inventory::Pool> pools;
    /// Each inside one of the pools. This host's by configuration alone, or, in a shared store, to
    /// be claimed at the start.
    std::vector<net::Prefix> own_blocks;
    /// The store is shared by hosts: it arbitrates, and blocks are claimed in it as they are
    /// needed.
    bool shared = false;
    std::size_t most_blocks = 20;  // that one host claims by itself
};

}  // namespace routeproof::ipam
