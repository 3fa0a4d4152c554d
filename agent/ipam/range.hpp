// Walking through the addresses of a prefix, round and round.
#pragma once

#include "inventory/net/prefix.hpp"

#include <optional>

namespace routeproof::ipam {

/// The part of a that lies in b; prefixes either nest or are apart.
std::optional<net::Prefix> intersection(const net::Prefix& a, const net::Prefix& b);

/// The address behind the given one, the first behind the last; the first for one from outside.
net::Address next_in(const net::Prefix& range, const net::Address& address);

}  // namespace routeproof::ipam
