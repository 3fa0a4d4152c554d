// The whole plugin as one function from a call to a reply: both protocols on one socket, every
// method of both answered, also those that mean nothing to a routed network (a plugin that answered
// an unknown method badly once broke all container starts).
#pragma once

#include "agent/docker/ipam_driver.hpp"
#include "agent/docker/network_driver.hpp"

#include <functional>

namespace routeproof::docker {

struct Reply {
    unsigned status = 200;
    std::string body;

    friend bool operator==(const Reply&, const Reply&) = default;
};

std::ostream& operator<<(std::ostream& out, const Reply& reply);

/// One handled call, for log and metrics.
struct Handled {
    std::string_view method;  // "NetworkDriver.Join"
    std::string_view body;
    const Reply& reply;
};

class Plugin {
public:
    using Observer = std::function<void(const Handled&)>;

    /// The backends must outlive the plugin.
    Plugin(Registry& registry,
           AddressBackend& addresses,
           EndpointBackend& endpoints,
           Observer observer = {});

    /// `method` is the path without its slash: "IpamDriver.RequestPool". Errors: status 500 with a
    /// sentence under Err and Error; 404 for a method that nobody knows.
    Reply handle(std::string_view method, std::string_view body);

private:
    Reply dispatch(std::string_view method, std::string_view body);
    Reply network_call(std::string_view method, std::string_view body);
    static Reply network_formality(std::string_view method);
    Reply ipam_call(std::string_view method, std::string_view body);
    static Reply unknown(std::string_view method);

    AddressBackend& addresses_;
    NetworkDriver network_;
    IpamDriver ipam_;
    Observer observer_;
};

}  // namespace routeproof::docker
