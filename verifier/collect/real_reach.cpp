#include "verifier/collect/collect.hpp"

namespace routeproof::verifier {

Reach real_reach() {
    return {&drivers::make_device, &drivers::run_command};
}

}  // namespace routeproof::verifier
