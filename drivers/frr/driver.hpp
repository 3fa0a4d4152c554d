// FRR over SSH exec requests: vtysh with JSON. The same on Cumulus and SONiC.
#pragma once

#include "drivers/device.hpp"

#include <memory>

namespace routeproof::frr {

std::unique_ptr<drivers::Device> make_device(boost::asio::any_io_executor executor,
                                             drivers::Target target);

}  // namespace routeproof::frr
