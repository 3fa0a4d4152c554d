// What the kernel lets this process do.
#pragma once

#include <string>
#include <vector>

namespace routeproof::agent {

/// Names of the capabilities(7) that the agent needs and this process does not have.
std::vector<std::string> missing_capabilities();

}  // namespace routeproof::agent
