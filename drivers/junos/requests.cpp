#include "drivers/junos/requests.hpp"

namespace routeproof::junos {
namespace {

std::string element(std::string_view name, std::string_view value) {
    return '<' + std::string(name) + '>' + std::string(value) + "</" + std::string(name) + '>';
}

std::string route_information(const std::string& inputs, Show show) {
    return element("get-route-information",
                   inputs + (show == Show::Hidden ? "<hidden/>" : "") + "<detail/>");
}

}  // namespace

std::string_view table_of(net::Family family) {
    return family == net::Family::IPv4 ? kInet0 : kInet6;
}

std::string system_information() {
    return "<get-system-information/>";
}
std::string software_information() {
    return "<get-software-information/>";
}
std::string bgp_neighbors() {
    return "<get-bgp-neighbor-information/>";
}

std::string bgp_routes(std::string_view table, Show show) {
    return route_information(element("table", table) + element("protocol", "bgp"), show);
}

std::string active_routes(std::string_view table) {
    return route_information(element("table", table) + "<active-path/>", Show::Usable);
}

std::string ping_request(const net::Address& destination) {
    return element("ping", element("host", destination.to_string()) + element("count", "3"));
}

std::string received_routes(std::string_view table, const net::Address& peer, Show show) {
    return route_information(element("receive-protocol-name", "bgp") +
                                 element("peer", peer.to_string()) + element("table", table),
                             show);
}

}  // namespace routeproof::junos
