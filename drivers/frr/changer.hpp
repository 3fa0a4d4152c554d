// Changes to FRR through vtysh, guarded by a process of ours on the router (guard.hpp).
#pragma once

#include "drivers/change.hpp"

namespace routeproof::frr {

std::unique_ptr<drivers::Changer> make_changer(boost::asio::any_io_executor executor,
                                               drivers::Target target);

}  // namespace routeproof::frr
