#include "drivers/frr/commands.hpp"

namespace routeproof::frr {
namespace {

std::string family_words(net::Family family) {
    return family == net::Family::IPv4 ? "ipv4 unicast" : "ipv6 unicast";
}

std::string show_bgp_of(net::Family family) {
    return "show bgp vrf default " + family_words(family);
}

}  // namespace

std::string show_version() {
    return "show version";  // this one has no JSON form before FRR 9
}

std::string show_summary() {
    return "show bgp vrf default summary json";
}

std::string show_bgp(const net::Prefix& pool) {
    return show_bgp_of(pool.family()) + ' ' + pool.to_string() + " longer-prefixes json";
}

std::string show_neighbor(const net::Address& peer, std::string_view view) {
    return show_bgp_of(peer.family()) + " neighbors " + peer.to_string() + ' ' + std::string(view) +
           " json";
}

std::string show_forwarding(net::Family family) {
    return std::string("show ") + (family == net::Family::IPv4 ? "ip" : "ipv6") +
           " route vrf default json";
}

std::string shell_word(std::string_view command) {
    std::string word = "'";
    for (const char c : command) {
        word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return word + '\'';
}

}  // namespace routeproof::frr
