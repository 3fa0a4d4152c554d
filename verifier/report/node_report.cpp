#include "verifier/report/node_report.hpp"

#include "inventory/net/address.hpp"
#include "verifier/report/grid.hpp"
#include "verifier/report/read_answer.hpp"
#include "verifier/report/session_details.hpp"
#include "verifier/text.hpp"

#include <ostream>
#include <stdexcept>

namespace routeproof::verifier {
namespace {

constexpr const char* kSchema = "routeproof.node-status/1";
constexpr const char* kPrefixSchema = "routeproof.prefix/1";

std::string since(const std::string& rfc3339, Timestamp today) {
    const auto time = from_rfc3339(rfc3339);
    if (!time) {
        return "-";
    }
    const bool same_day = std::chrono::floor<std::chrono::days>(*time) ==
                          std::chrono::floor<std::chrono::days>(today);
    return same_day ? rfc3339.substr(11, 8) : rfc3339.substr(0, 10);
}

std::vector<Cell> row_of(const Json& session, Timestamp today) {
    const std::string state = one_line(session.at("state").get<std::string>());
    const std::string error = one_line(session.value("last_error", std::string()));
    const bool up = state == "Established";
    return {{session.at("peer").get<std::string>()},
            {"node specific"},
            {up ? "up" : "down"},
            {since(session.value("since", std::string()), today)},
            {up || error.empty() ? state : state + ": " + error}};
}

std::string family_table(const Json& sessions, net::Family family, Timestamp today) {
    const std::string name = family == net::Family::IPv4 ? "IPv4" : "IPv6";
    Grid grid({"PEER ADDRESS", "PEER TYPE", "STATE", "SINCE", "INFO"});
    bool any = false;
    for (const Json& session : sessions) {
        const auto peer = net::Address::parse(session.at("peer").get<std::string>());
        if (peer && peer->family() == family) {
            grid.add(row_of(session, today));
            any = true;
        }
    }
    return name + " BGP status\n" + (any ? grid.print_framed() : "No " + name + " peers found.\n");
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const StatusError& error) {
    return out << error.what;
}

void throw_exception_from_error(const StatusError& error, const boost::source_location&) {
    throw std::logic_error(error.what);
}

namespace {

using Text = boost::system::result<std::string, StatusError>;

/// Only when it is away: what works needs no line.
std::string store_line(const Json& json) {
    const auto store = json.find("store");
    if (store == json.end() || store->at("in_touch").get<bool>()) {
        return "";
    }
    return "The store that hosts share is away since " +
           one_line(store->at("since").get<std::string>()) + ": " +
           one_line(store->at("error").get<std::string>()) + ".\n\n";
}

std::string head(const Json& json) {
    const std::string host = one_line(json.at("host").get<std::string>());
    return "routeproof-agent is running: " + (host.empty() ? host : "host " + host + ", ") + "AS " +
           std::to_string(json.at("asn").get<std::uint32_t>()) + ", router id " +
           json.at("router_id").get<std::string>() + ".\n\n" + store_line(json);
}

std::string learned(const Json& json) {
    const auto found = json.find("learned");
    if (found == json.end()) {
        return json.at("originated").get<bool>() ? "originated by this host.\n"
                                                 : "neither originated here nor learned.\n";
    }
    std::string hops;
    for (const Json& hop : found->at("next_hops")) {
        hops += (hops.empty() ? "" : ", ") + one_line(hop.get<std::string>());
    }
    return "learned, next hops " + hops + "; best is that of " +
           one_line(found->at("best_peer").get<std::string>()) + " (" +
           one_line(found->at("reason").get<std::string>()) + ").\n";
}

}  // namespace

Text node_prefix_table(std::string_view answer) {
    return read_answer<std::string>(answer, kPrefixSchema, [](const Json& json) {
        Grid grid({"PEER", "TOLD", "NEXT HOP", "RECEIVED"});
        for (const Json& peer : json.at("peers")) {
            const bool stale = peer.value("stale", false);
            grid.add(
                {{one_line(peer.at("peer").get<std::string>())},
                 {one_line(peer.at("advertised").get<std::string>())},
                 {one_line(peer.value("next_hop", std::string("-")))},
                 {one_line(peer.value("received", std::string("-"))) + (stale ? ", stale" : "")}});
        }
        return one_line(json.at("prefix").get<std::string>()) + ": " + learned(json) +
               grid.print_framed();
    });
}

Text node_status_table(std::string_view status, Timestamp today) {
    return read_answer<std::string>(status, kSchema, [today](const Json& json) {
        const Json& sessions = json.at("sessions");
        return head(json) + family_table(sessions, net::Family::IPv4, today) + "\n" +
               family_table(sessions, net::Family::IPv6, today);
    });
}

Text node_status_details(std::string_view status) {
    return read_answer<std::string>(status, kSchema, [](const Json& json) {
        std::string text = head(json);
        for (const Json& session : json.at("sessions")) {
            text += session_details(session) + "\n";
        }
        return text;
    });
}

}  // namespace routeproof::verifier
