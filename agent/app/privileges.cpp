#include "agent/app/privileges.hpp"

#include <linux/capability.h>

#include <cstdint>
#include <fstream>

namespace routeproof::agent {
namespace {

// The effective set, from proc(5): "CapEff:\t000001ffffffffff".
std::uint64_t effective_capabilities() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        if (word == "CapEff:") {
            std::uint64_t mask = 0;
            status >> std::hex >> mask;
            return mask;
        }
    }
    return 0;
}

}  // namespace

std::vector<std::string> missing_capabilities() {
    const std::uint64_t have = effective_capabilities();
    std::vector<std::string> missing;
    const auto need = [&](unsigned bit, const char* name) {
        if ((have >> bit & 1U) == 0) {
            missing.emplace_back(name);
        }
    };
    need(CAP_NET_ADMIN, "CAP_NET_ADMIN");                // links, routes, sysctls
    need(CAP_NET_BIND_SERVICE, "CAP_NET_BIND_SERVICE");  // BGP's port 179
    return missing;
}

}  // namespace routeproof::agent
