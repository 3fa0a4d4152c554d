#include "agent/docker/ipam_driver.hpp"

namespace routeproof::docker {

Answer<GrantedPool> IpamDriver::request_pool(const RequestPoolRequest& request) {
    return addresses_.request_pool(request);
}

Answer<void> IpamDriver::release_pool(const ReleasePoolRequest& request) {
    return addresses_.release_pool(request.pool_id);
}

Answer<AddressWithLength> IpamDriver::request_address(const RequestAddressRequest& request) {
    return addresses_.request_address(request);
}

Answer<void> IpamDriver::release_address(const ReleaseAddressRequest& request) {
    return addresses_.release_address(request);
}

}  // namespace routeproof::docker
