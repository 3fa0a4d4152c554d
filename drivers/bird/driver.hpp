// BIRD over SSH exec requests: birdc, restricted to what only reads.
#pragma once

#include "drivers/device.hpp"

#include <memory>

namespace routeproof::bird {

std::unique_ptr<drivers::Device> make_device(boost::asio::any_io_executor executor,
                                             drivers::Target target);

}  // namespace routeproof::bird
