#include "drivers/change.hpp"
#include "drivers/frr/changer.hpp"
#include "drivers/junos/changer.hpp"
#include "drivers/nxos/changer.hpp"

#include <string>

namespace routeproof::drivers {
namespace {

/// For an OS that nothing can be changed on.
class Unable final : public Changer {
public:
    explicit Unable(inventory::Os os)
        : why_(Stage::Rpc,
               Failure::Kind::NotSupported,
               "not supported by " + std::string(inventory::to_string(os)) +
                   ": routeproof changes no configuration there") {}

    Asked<Promise> promise() override { co_return why_; }
    Asked<Staged> stage(Change, std::chrono::seconds) override { co_return why_; }
    Asked<void> discard(Ticket) override { co_return why_; }
    Asked<Outcome> commit(Ticket, std::chrono::seconds) override { co_return why_; }
    Asked<Outcome> confirm(Ticket) override { co_return why_; }
    Asked<Outcome> roll_back(Ticket) override { co_return why_; }
    Asked<Outcome> inspect(Ticket) override { co_return why_; }

private:
    Failure why_;
};

}  // namespace

std::unique_ptr<Changer> make_changer(boost::asio::any_io_executor executor, Target target) {
    switch (target.os) {
        case inventory::Os::Frr:
            return frr::make_changer(std::move(executor), std::move(target));
        case inventory::Os::Junos:
            return junos::make_changer(std::move(executor), std::move(target));
        case inventory::Os::Nxos:
            return nxos::make_changer(std::move(executor), std::move(target));
        case inventory::Os::Bird:
            break;
    }
    return std::make_unique<Unable>(target.os);
}

}  // namespace routeproof::drivers
