#include "drivers/bird/driver.hpp"
#include "drivers/device.hpp"
#include "drivers/frr/driver.hpp"
#include "drivers/junos/driver.hpp"
#include "drivers/nxos/driver.hpp"

#include <stdexcept>

namespace routeproof::drivers {

std::string_view to_string(Question question) {
    switch (question) {
        case Question::Facts:
            return "facts";
        case Question::Sessions:
            return "sessions";
        case Question::Routes:
            return "routes";
        case Question::Received:
            return "received";
        case Question::Forwarding:
            return "forwarding";
        case Question::Ping:
            return "ping";
    }
    return "?";
}

std::unique_ptr<Device> make_device(boost::asio::any_io_executor executor, Target target) {
    switch (target.os) {
        case inventory::Os::Junos:
            return junos::make_device(std::move(executor), std::move(target));
        case inventory::Os::Nxos:
            return nxos::make_device(std::move(executor), std::move(target));
        case inventory::Os::Frr:
            return frr::make_device(std::move(executor), std::move(target));
        case inventory::Os::Bird:
            return bird::make_device(std::move(executor), std::move(target));
    }
    throw std::logic_error("an operating system without a driver");
}

}  // namespace routeproof::drivers
