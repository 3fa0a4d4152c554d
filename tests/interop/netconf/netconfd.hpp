// A NETCONF server that we did not write: yuma123's netconfd behind a private OpenSSH server.
#pragma once

#include "tests/component/drivers/sshd.hpp"

#include <memory>
#include <string>

namespace routeproof::drivers {

/// What is not installed; empty if all is there.
std::string missing_netconfd();

class Netconfd {
public:
    /// `protocols`: "netconf1.0", "netconf1.1" or both, as netconfd's option --protocols takes
    /// them. The running configuration holds `routes` routes 10.0.X.Y/32 (module lab-routes below).
    Netconfd(const std::string& protocols, int routes);
    ~Netconfd();
    Netconfd(const Netconfd&) = delete;
    Netconfd& operator=(const Netconfd&) = delete;

    Target target() const { return sshd_->target(inventory::Os::Junos); }

private:
    std::unique_ptr<Sshd> sshd_;
    pid_t pid_ = -1;
};

}  // namespace routeproof::drivers
