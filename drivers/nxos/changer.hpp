// Changes to NX-OS by its command line: a checkpoint, the change, and back to the checkpoint by us.
//
// Weaker than the others: no timer runs on the router. Its confirmed commit is offered by the YANG
// agent alone, which takes no configuration text.
#pragma once

#include "drivers/change.hpp"

namespace routeproof::nxos {

std::unique_ptr<drivers::Changer> make_changer(boost::asio::any_io_executor executor,
                                               drivers::Target target);

}  // namespace routeproof::nxos
