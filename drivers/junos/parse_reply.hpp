// What every Junos reply may be wrapped in.
#pragma once

#include "drivers/failure.hpp"
#include "drivers/netconf/message.hpp"

#include <string_view>
#include <vector>

namespace routeproof::junos {

/// The information elements of that name, one per routing engine where the reply is wrapped in
/// <multi-routing-engine-results>; a trailing <cli> banner and the like are passed over.
std::vector<pugi::xml_node> information(const netconf::Reply& reply, std::string_view name);

/// Why there is none: the router's <output> text, or that something else came. Stage Rpc if the
/// router said so, Parse if we do not understand it.
drivers::Failure no_information(const netconf::Reply& reply, std::string_view name);

}  // namespace routeproof::junos
