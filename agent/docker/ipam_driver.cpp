#include "agent/docker/ipam_driver.hpp"

namespace routeproof::docker {

Answer<GrantedPool> IpamDriver::request_pool(const RequestPoolRequest& request) {
    return addresses_.request_pool(request);
}

Answer<void> IpamDriver::release_pool(const ReleasePoolRequest& request) {
    return addresses_.release_pool(request.pool_id);
}

Answer<AddressWithLength> IpamDriver::request_address(const RequestAddressRequest& request) {
    // At its start dockerd asks again for the gateway that RequestPool's Data named, which was
    // none. Refused, it would give the whole pool back and think the network broken.
    if (request.gateway && request.address && request.address->is_unspecified()) {
        return AddressWithLength{*request.address, 0};
    }
    return addresses_.request_address(request);
}

Answer<void> IpamDriver::release_address(const ReleaseAddressRequest& request) {
    return addresses_.release_address(request);
}

}  // namespace routeproof::docker
