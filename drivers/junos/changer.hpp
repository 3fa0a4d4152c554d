// Changes to Junos over NETCONF: the exclusive candidate and the router's own confirmed commit.
#pragma once

#include "drivers/change.hpp"

namespace routeproof::junos {

std::unique_ptr<drivers::Changer> make_changer(boost::asio::any_io_executor executor,
                                               drivers::Target target);

}  // namespace routeproof::junos
