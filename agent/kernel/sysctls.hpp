// Kernel switches under /proc/sys/net; they belong to the network namespace of the caller.
#pragma once

#include "agent/kernel/failure.hpp"

#include <string_view>

namespace routeproof::kernel {

/// net.ipv4.ip_forward = 1, written only if it is not so already: writing resets every interface.
Result<void> enable_forwarding();

/// What the host end of a container needs: proxy_arp, forwarding, strict rp_filter, no delay before
/// a proxied ARP answer, no router advertisements accepted.
Result<void> set_host_link_sysctls(std::string_view link_name);

}  // namespace routeproof::kernel
