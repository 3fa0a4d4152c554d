#include "drivers/frr/json.hpp"
#include "drivers/frr/parse_routes.hpp"
#include "drivers/text.hpp"

#include <algorithm>

namespace routeproof::frr {

using drivers::Answer;
using drivers::BgpSession;

namespace {

bool is_family(const Json& value) {
    return member(value, {"peers"}).is_object();
}

std::optional<drivers::Failure> add_peers(const Json& family,
                                          bool unicast,
                                          std::vector<BgpSession>& sessions) {
    for (const auto& [key, peer] : member(family, {"peers"}).items()) {
        const auto address = net::Address::parse(key);
        const auto asn = net::Asn::parse(text(member(peer, {"remoteAs"})));
        if (!address) {
            continue;  // an unnumbered peer stands under its interface's name
        }
        if (!asn) {
            return parse_failure("lists the BGP peer " + key + " without a readable AS");
        }
        auto known = std::find_if(sessions.begin(), sessions.end(), [&](const BgpSession& each) {
            return each.peer == *address;
        });
        if (known == sessions.end()) {
            BgpSession session;
            session.peer = *address;
            session.peer_as = *asn;
            session.state = text(member(peer, {"state"}));
            session.established = session.state == "Established";
            if (!session.established) {
                session.last_error = text(member(peer, {"lastResetDueTo", "notEstablishedReason"}));
            }
            sessions.push_back(std::move(session));
            known = sessions.end() - 1;
        }
        const auto accepted = number(member(peer, {"pfxRcd", "prefixReceivedCount"}));
        if (known->established && unicast && accepted) {
            known->accepted = known->accepted.value_or(0) + *accepted;
        }
    }
    return std::nullopt;
}

}  // namespace

Answer<std::vector<BgpSession>> parse_sessions(std::string_view json) {
    const auto document = parse_json(json);
    if (!document) {
        return document.error();
    }
    // One family, families, or VRFs with families in them.
    const Json* families = &*document;
    if (const Json& vrf = member(*document, {"default"}); vrf.is_object()) {
        families = &vrf;
    }
    std::vector<BgpSession> sessions;
    if (is_family(*families)) {
        if (auto failure = add_peers(*families, true, sessions)) {
            return *failure;
        }
        return sessions;
    }
    bool known = document->empty();
    for (const auto& [name, family] : families->items()) {
        if (is_family(family)) {
            known = true;
            const bool unicast = name == "ipv4Unicast" || name == "ipv6Unicast";
            if (auto failure = add_peers(family, unicast, sessions)) {
                return *failure;
            }
        }
    }
    if (!known) {
        return parse_failure("answers JSON that is no BGP summary: it lists no address family");
    }
    return sessions;
}

Answer<drivers::DeviceFacts> parse_version(std::string_view text) {
    // "FRRouting 8.4.4 (spine1) on Linux(6.1.0)."; older and SONiC's: "FRRouting 7.5 (spine1)."
    constexpr std::string_view kName = "FRRouting ";
    const auto at = text.find(kName);
    if (at == std::string_view::npos) {
        return parse_failure("does not say which FRR it is");
    }
    text = text.substr(at + kName.size());
    text = text.substr(0, text.find('\n'));
    drivers::DeviceFacts facts;
    facts.os = "FRRouting";
    facts.version = text.substr(0, text.find_first_of(" \r"));
    const auto open = text.find('(');
    const auto close = text.find(')', open);
    if (open != std::string_view::npos && close != std::string_view::npos) {
        facts.hostname = text.substr(open + 1, close - open - 1);
    }
    const auto on = text.find(" on ");
    if (on != std::string_view::npos) {
        auto model = drivers::trim(text.substr(on + 4));
        model = model.ends_with('.') ? model.substr(0, model.size() - 1) : model;
        facts.model = model;
    }
    return facts;
}

}  // namespace routeproof::frr
