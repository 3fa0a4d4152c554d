// Many hosts, each with many requests at once, for the same ten addresses.
#pragma once

#include "inventory/store/store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace routeproof::ipam {

inline constexpr int kHosts = 4;
inline constexpr int kThreads = 5;  // of each host

std::string host_name(int host);

/// The store that one thread of one host uses.
using StoreOf = std::function<store::Store&(int thread)>;

/// All hosts are in touch with the store.
void begin_contest(store::Store& store);
/// One host's part: each of its threads wants each address. Gives "ADDRESS ENDPOINT" per win.
std::vector<std::string> play(int host, const StoreOf& store_of);
/// Exactly ten wins, one for each address, and the store says the same.
void expect_ten_winners(store::Store& store, const std::vector<std::string>& wins);

}  // namespace routeproof::ipam
