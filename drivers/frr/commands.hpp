// What we ask of FRR, in vtysh's words.
#pragma once

#include "inventory/net/prefix.hpp"

#include <string>
#include <string_view>

namespace routeproof::frr {

std::string show_version();
std::string show_summary();
/// Everything inside the pool, the pool itself included.
std::string show_bgp(const net::Prefix& pool);
/// `view`: received-routes, filtered-routes (both before policy), routes (after it).
std::string show_neighbor(const net::Address& peer, std::string_view view);
std::string show_forwarding(net::Family family);

/// The command as a word for a POSIX shell.
std::string shell_word(std::string_view command);

}  // namespace routeproof::frr
