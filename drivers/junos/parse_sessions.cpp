#include "drivers/junos/parse_sessions.hpp"

#include "drivers/junos/parse_reply.hpp"
#include "drivers/junos/requests.hpp"

#include <charconv>
#include <optional>

namespace routeproof::junos {

using drivers::BgpSession;
using drivers::Failure;
using netconf::children;
using netconf::text;

namespace {

std::optional<std::uint64_t> number(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return value;
}

void add(std::optional<std::uint64_t>& sum, std::optional<std::uint64_t> part) {
    if (part) {
        sum = sum.value_or(0) + *part;
    }
}

bool in_default_instance(const pugi::xml_node& peer) {
    for (const auto* name : {"peer-cfg-rti", "peer-fwd-rti"}) {
        const auto instance = text(peer, name);
        if (!instance.empty() && instance != "master") {
            return false;
        }
    }
    return true;
}

/// "10.0.12.0+179" and "fe80::1%ge-0/0/0.0+179" without port and scope.
std::string_view bare_address(std::string_view address) {
    return address.substr(0, address.find_first_of("+%"));
}

}  // namespace

drivers::Answer<std::vector<BgpSession>> parse_sessions(const netconf::Reply& reply) {
    const auto found = information(reply, "bgp-information");
    if (found.empty()) {
        return no_information(reply, "bgp-information");
    }
    std::vector<BgpSession> sessions;
    for (const auto& node : found) {
        for (const auto& peer : children(node, "bgp-peer")) {
            if (!in_default_instance(peer)) {
                continue;
            }
            const auto address = net::Address::parse(bare_address(text(peer, "peer-address")));
            const auto asn = net::Asn::parse(text(peer, "peer-as"));
            if (!address || !asn) {
                return Failure{drivers::Stage::Parse,
                               Failure::Kind::Protocol,
                               "lists a BGP peer without a readable address and AS: \"" +
                                   std::string(text(peer, "peer-address")) + "\", \"" +
                                   std::string(text(peer, "peer-as")) + '"'};
            }
            BgpSession session;
            session.peer = *address;
            session.peer_as = *asn;
            session.state = text(peer, "peer-state");
            session.established = session.state == "Established";
            session.import_policy =
                text(netconf::child(peer, "bgp-option-information"), "import-policy");
            const auto last_error = text(peer, "last-error");
            session.last_error = last_error == "None" ? "" : last_error;
            for (const auto& rib : children(peer, "bgp-rib")) {
                const auto name = text(rib, "name");
                if (name == kInet0 || name == kInet6) {
                    add(session.received, number(text(rib, "received-prefix-count")));
                    add(session.accepted, number(text(rib, "accepted-prefix-count")));
                }
            }
            sessions.push_back(std::move(session));
        }
    }
    return sessions;
}

}  // namespace routeproof::junos
