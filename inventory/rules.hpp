// What makes an inventory wrong: a function and a sentence per rule, all of them pure.
#pragma once

#include "inventory/model.hpp"

namespace routeproof::inventory {

/// Pools overlap, or are smaller than their blocks.
Diagnostics broken_pool_rules(const std::vector<Pool>& pools);

/// Blocks of one owner that lie in no pool, are not of the pool's block size, or are listed twice.
Diagnostics broken_block_rules(const std::vector<net::Prefix>& blocks,
                               const std::vector<Pool>& pools,
                               const std::string& owner,
                               const Location& where);

/// Every rule on the whole inventory; empty if all hold.
Diagnostics broken_rules(const Inventory& inventory);

}  // namespace routeproof::inventory
