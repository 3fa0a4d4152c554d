// Junos over NETCONF.
#pragma once

#include "drivers/device.hpp"

#include <memory>

namespace routeproof::junos {

std::unique_ptr<drivers::Device> make_device(boost::asio::any_io_executor executor,
                                             drivers::Target target);

}  // namespace routeproof::junos
