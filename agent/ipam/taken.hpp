// Which addresses of a block are not free, in one question to the store.
#pragma once

#include "inventory/net/prefix.hpp"
#include "inventory/store/store.hpp"
#include "inventory/time.hpp"

#include <map>
#include <set>

namespace routeproof::ipam {

/// Every address with a record, readable or not.
store::Result<std::set<net::Address>> taken_in(store::Store& store, const net::Prefix& block);

/// When each address that is still remembered as freed was freed.
store::Result<std::map<net::Address, Timestamp>> cooling_in(store::Store& store,
                                                            const net::Prefix& block);

}  // namespace routeproof::ipam
