// The IpamDriver half of the plugin.
#pragma once

#include "agent/docker/backend.hpp"

namespace routeproof::docker {

class IpamDriver {
public:
    /// The backend must outlive the driver.
    explicit IpamDriver(AddressBackend& addresses) : addresses_(addresses) {}

    Answer<GrantedPool> request_pool(const RequestPoolRequest& request);
    Answer<void> release_pool(const ReleasePoolRequest& request);
    Answer<AddressWithLength> request_address(const RequestAddressRequest& request);
    Answer<void> release_address(const ReleaseAddressRequest& request);

private:
    AddressBackend& addresses_;
};

}  // namespace routeproof::docker
