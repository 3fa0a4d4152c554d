#include "drivers/device.hpp"
#include "drivers/junos/driver.hpp"
#include "drivers/nxos/driver.hpp"

namespace routeproof::drivers {
namespace {

/// An OS of the inventory for which no driver exists yet.
class NoDriver final : public Device {
public:
    explicit NoDriver(const Target& target)
        : failure_(Stage::Connect,
                   Failure::Kind::NotSupported,
                   target.name + ": there is no driver for " +
                       std::string(inventory::to_string(target.os))) {}

    Asked<DeviceFacts> facts() override { co_return failure_; }
    Asked<std::vector<BgpSession>> sessions() override { co_return failure_; }
    Asked<RouteTable> routes(std::vector<net::Prefix>) override { co_return failure_; }
    Asked<std::vector<ReceivedRoute>> received(net::Address, std::vector<net::Prefix>) override {
        co_return failure_;
    }
    std::string received_command(const net::Address&) const override { return {}; }

private:
    Failure failure_;
};

}  // namespace

std::unique_ptr<Device> make_device(boost::asio::any_io_executor executor, Target target) {
    switch (target.os) {
        case inventory::Os::Junos:
            return junos::make_device(std::move(executor), std::move(target));
        case inventory::Os::Nxos:
            return nxos::make_device(std::move(executor), std::move(target));
        case inventory::Os::Frr:
        case inventory::Os::Bird:
            break;
    }
    return std::make_unique<NoDriver>(target);
}

}  // namespace routeproof::drivers
