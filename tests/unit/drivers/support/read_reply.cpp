#include "tests/unit/drivers/support/read_reply.hpp"

#include "drivers/bird/parse.hpp"
#include "drivers/frr/parse_routes.hpp"
#include "drivers/junos/parse_routes.hpp"
#include "drivers/junos/parse_sessions.hpp"
#include "drivers/junos/parse_system.hpp"
#include "drivers/nxos/parse_routes.hpp"
#include "drivers/nxos/parse_sessions.hpp"
#include "drivers/nxos/parse_version.hpp"
#include "drivers/saved/read.hpp"
#include "tests/unit/drivers/support/facts_json.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace routeproof::drivers {
namespace {

/// Any question about routes, as `routeproof routes --reply` reads its answer.
nlohmann::ordered_json read_any(inventory::Os os,
                                const std::string& asked,
                                const std::string& text) {
    return to_golden(read_saved(os, text, asked));
}

nlohmann::ordered_json read_junos(const std::string& question,
                                  const std::string& asked,
                                  const std::string& text) {
    const auto reply = netconf::Reply::parse(text);
    if (!reply) {
        return to_golden(Answer<RouteTable>(reply.error()));
    }
    if (question == "get-route-information") {
        return to_golden(junos::parse_routes(*reply, asked.empty() ? "inet.0" : asked, {}));
    }
    if (question == "get-bgp-neighbor-information") {
        return to_golden(junos::parse_sessions(*reply));
    }
    return to_golden(junos::parse_system(*reply));
}

}  // namespace

std::string read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        throw std::runtime_error("cannot read " + file.string());
    }
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

nlohmann::ordered_json read_reply(const std::string& os,
                                  const std::string& question,
                                  const std::string& asked,
                                  const std::string& reply) {
    if (question == "saved") {
        return read_any(os == "junos"  ? inventory::Os::Junos
                        : os == "nxos" ? inventory::Os::Nxos
                        : os == "frr"  ? inventory::Os::Frr
                                       : inventory::Os::Bird,
                        asked,
                        reply);
    }
    if (os == "frr") {
        return question == "show-version" ? to_golden(frr::parse_version(reply))
                                          : to_golden(frr::parse_sessions(reply));
    }
    if (os == "bird") {
        if (question == "show-status") {
            return to_golden(bird::parse_status(reply));
        }
        const auto protocols = bird::parse_protocols(reply);
        if (!protocols) {
            return to_golden(Answer<RouteTable>(protocols.error()));
        }
        std::vector<BgpSession> sessions;
        for (const auto& protocol : *protocols) {
            if (protocol.kind == "BGP") {
                sessions.push_back(protocol.session);
            }
        }
        return to_golden(sessions);
    }
    if (os == "junos") {
        return read_junos(question, asked, reply);
    }
    if (question == "show-bgp") {
        const auto family = asked == "ipv6" ? net::Family::IPv6 : net::Family::IPv4;
        return to_golden(nxos::parse_routes(reply, family, {}));
    }
    if (question == "show-bgp-summary") {
        return to_golden(nxos::parse_sessions(reply));
    }
    return to_golden(nxos::parse_version(reply));
}

}  // namespace routeproof::drivers
