// The sentences of refusals that need more than one place or more than one line.
#pragma once

#include "agent/ipam/allocation.hpp"
#include "agent/ipam/error.hpp"
#include "inventory/store/failure.hpp"

#include <vector>

namespace routeproof::ipam {

/// Names the owner, its host and since when.
Error taken(const Allocation& allocation);
/// Strict affinity; `owner` is empty where nobody knows.
Error strict(const net::Address& address, const net::Prefix& block, const std::string& owner);
Error owner_away(const net::Address& address, const net::Prefix& block, const std::string& owner);
Error reserved(const net::Address& address, const net::Prefix& range);
Error store_failed(const store::Failure& why);
/// "172.16.100.0/24" or "172.16.100.0/24, 172.16.101.0/24".
std::string join_prefixes(const std::vector<net::Prefix>& prefixes);

}  // namespace routeproof::ipam
