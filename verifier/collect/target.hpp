// How a machine of the inventory is reached.
#pragma once

#include "drivers/device.hpp"

namespace routeproof::verifier {

inline drivers::Target target_for(const inventory::Router& router) {
    drivers::Target target;
    target.name = router.name;
    target.os = router.os;
    target.access = router.access;
    return target;
}

inline drivers::Target target_for(const inventory::Host& host) {
    drivers::Target target;
    target.name = host.name;
    target.access = host.access;
    return target;
}

}  // namespace routeproof::verifier
