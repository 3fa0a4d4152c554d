#include "drivers/nxos/commands.hpp"

namespace routeproof::nxos {
namespace {

std::string show_neighbor(const net::Address& peer, net::Family family, const char* what) {
    return show_bgp(family) + " neighbors " + peer.to_string() + ' ' + what;
}

}  // namespace

std::string address_family(net::Family family) {
    return family == net::Family::IPv4 ? "ipv4 unicast" : "ipv6 unicast";
}

std::string address_family_name(net::Family family) {
    return family == net::Family::IPv4 ? "IPv4 Unicast" : "IPv6 Unicast";
}

std::string show_version() {
    return "show version";
}
std::string show_bgp_summary() {
    return "show bgp vrf all all summary";
}
std::string show_bgp(net::Family family) {
    return "show bgp vrf default " + address_family(family);
}

std::string show_received_routes(const net::Address& peer, net::Family family) {
    return show_neighbor(peer, family, "received-routes");
}

std::string show_accepted_routes(const net::Address& peer, net::Family family) {
    return show_neighbor(peer, family, "routes");
}

std::string show_forwarding(net::Family family) {
    return std::string("show ") + (family == net::Family::IPv4 ? "ip" : "ipv6") +
           " route vrf default";
}

std::string ping(const net::Address& destination) {
    return (destination.is_v4() ? "ping " : "ping6 ") + destination.to_string() + " count 3";
}

}  // namespace routeproof::nxos
