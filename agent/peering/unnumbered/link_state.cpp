#include "agent/peering/unnumbered/link_state.hpp"

#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <fstream>
#include <memory>

namespace routeproof::bgp::unnumbered {
namespace {

std::optional<net::Address> link_local_of(const sockaddr& address) {
    if (address.sa_family != AF_INET6) {
        return std::nullopt;
    }
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    const auto found = net::Address::from_octets(std::span(v6.sin6_addr.s6_addr, 16));
    return found && found->is_link_local() ? std::optional(*found) : std::nullopt;
}

}  // namespace

bool read_link_state(const std::string& interface, std::optional<LinkState>& found) {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) {
        return false;
    }
    found.reset();
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    LinkState state;
    std::optional<net::Address> link_local;
    bool running = false;
    for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
        if (interface != one->ifa_name || one->ifa_addr == nullptr) {
            continue;
        }
        running = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_RUNNING) != 0;
        if (one->ifa_addr->sa_family == AF_PACKET) {
            const auto& packet = reinterpret_cast<const sockaddr_ll&>(*one->ifa_addr);
            state.index = static_cast<std::uint32_t>(packet.sll_ifindex);
            if (packet.sll_halen == 6) {
                std::copy_n(packet.sll_addr, 6, state.mac.emplace().begin());
            }
        } else if (!link_local) {
            link_local = link_local_of(*one->ifa_addr);
        }
    }
    if (running && state.index != 0 && link_local) {
        state.link_local = *link_local;
        found = state;
    }
    return true;
}

bool ignore_advertisements_in_kernel(const std::string& interface) {
    std::ofstream file("/proc/sys/net/ipv6/conf/" + interface + "/accept_ra");
    file << "0\n";
    file.flush();
    return file.good();
}

}  // namespace routeproof::bgp::unnumbered
