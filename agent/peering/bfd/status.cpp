#include "agent/peering/bfd/status.hpp"

#include <algorithm>
#include <cctype>

namespace routeproof::bfd {
namespace {

/// IFNAMSIZ less the final zero; the kernel refuses the same characters.
bool is_interface_name(const std::string& name) {
    constexpr std::size_t kLongest = 15;
    return name.size() <= kLongest && name != "." && name != ".." &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
               return std::isgraph(c) != 0 && c != '/' && c != '"' && c != '\\';
           });
}

}  // namespace

std::string problem_of(const SessionConfig& config) {
    const auto& [peer, local, interface] = config.key;
    const std::string who = "BFD session with " + peer.to_string() + ": ";
    if (peer.is_unspecified() || peer.is_multicast()) {
        return who + "the peer must be one neighbour's address";
    }
    if (!local.is_unspecified() && local.family() != peer.family()) {
        return who + "the local address " + local.to_string() + " is of the other family";
    }
    if (!is_interface_name(interface)) {
        return who + "'" + interface + "' is no name of an interface";
    }
    if (!peer.is_v4() && peer.is_link_local() && interface.empty()) {
        return who + "a link-local peer needs its interface";
    }
    if (config.timing.interval < kIntervalMin || config.timing.interval > kIntervalMax) {
        return who + "the interval must be between 10 ms and 60 s";
    }
    if (config.timing.detect_mult == 0) {
        return who + "the multiplier must be between 1 and 255";
    }
    return {};
}

void Lateness::add(std::chrono::nanoseconds late) {
    std::size_t bucket = 0;
    while (bucket < kBoundsMs.size() && late > std::chrono::milliseconds(kBoundsMs[bucket])) {
        ++bucket;
    }
    ++counts[bucket];
    max = std::max(max, std::chrono::duration_cast<microseconds>(late));
}

}  // namespace routeproof::bfd
