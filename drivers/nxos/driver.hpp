// NX-OS over SSH exec requests with structured output.
#pragma once

#include "drivers/device.hpp"

#include <memory>

namespace routeproof::nxos {

std::unique_ptr<drivers::Device> make_device(boost::asio::any_io_executor executor,
                                             drivers::Target target);

}  // namespace routeproof::nxos
