// `serial`: which routers go together. Pure.
#pragma once

#include "playbooks/model.hpp"

namespace routeproof::playbooks {

/// The waves one after another; the last one repeats until no router is left. A percentage is of
/// all routers, rounded down, one at least. No waves: all in one batch.
std::vector<std::vector<std::string>> batches_of(const std::vector<std::string>& routers,
                                                 const std::vector<Wave>& serial);

}  // namespace routeproof::playbooks
