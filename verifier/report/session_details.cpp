#include "verifier/report/session_details.hpp"

#include "verifier/text.hpp"

#include <nlohmann/json.hpp>

namespace routeproof::verifier {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLabelWidth = 16;

std::string line(const std::string& label, const std::string& text) {
    const std::size_t pad = label.size() < kLabelWidth ? kLabelWidth - label.size() : 1;
    return "  " + label + std::string(pad, ' ') + text + "\n";
}

std::string word(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? one_line(found->get<std::string>())
                                                       : std::string();
}

std::uint64_t count(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string counted(std::uint64_t number, const std::string& what) {
    return std::to_string(number) + " " + what;
}

std::string joined(const Json& words) {
    std::string text;
    for (const Json& each : words) {
        text += (text.empty() ? "" : ", ") + one_line(each.get<std::string>());
    }
    return text;
}

std::string title(const Json& session) {
    const std::string peer = session.at("peer").get<std::string>();
    const std::string name = word(session, "name");
    const std::string interface = word(session, "interface");
    return "peer " + one_line(peer) + (interface.empty() ? "" : "%" + interface) +
           (name.empty() || name == peer ? "" : " (" + name + ")") + ", AS " +
           std::to_string(count(session, "peer_as")) + ": " + word(session, "state") + " since " +
           word(session, "since") + "\n";
}

std::string agreed(const Json& session) {
    const auto found = session.find("agreed");
    if (found == session.end() || !found->is_object()) {
        return {};
    }
    std::string text = line("agreed",
                            joined(found->value("capabilities", Json::array())) + "; hold time " +
                                counted(count(*found, "hold_time"), "s, messages up to ") +
                                counted(count(*found, "max_message"), "octets"));
    if (const auto restart = found->find("graceful_restart");
        restart != found->end() && restart->is_object()) {
        text += line(
            "restart",
            "the peer offers to be waited for " + counted(count(*restart, "restart_time"), "s") +
                (restart->value("notification", false) ? ", after a NOTIFICATION too" : ""));
    }
    return text;
}

std::string families(const Json& session) {
    std::string text;
    for (const Json& family : session.value("families", Json::array())) {
        const std::uint64_t stale = count(family, "stale");
        text += line(word(family, "family"),
                     "sent " + std::to_string(count(family, "advertised")) + ", received " +
                         std::to_string(count(family, "received")) + ", accepted " +
                         std::to_string(count(family, "accepted")) +
                         (stale > 0 ? ", stale " + std::to_string(stale) : "") +
                         (family.value("end_of_rib", false) ? ", End-of-RIB received" : ""));
    }
    return text;
}

std::string messages(const Json& session, const char* key) {
    const auto found = session.find(key);
    if (found == session.end() || !found->is_object()) {
        return {};
    }
    std::string text;
    for (const char* type : {"open", "update", "keepalive", "notification", "route_refresh"}) {
        text += (text.empty() ? "" : ", ") + counted(count(*found, type), type);
    }
    return text + "; " + counted(count(*found, "octets"), "octets");
}

std::string errors(const Json& session) {
    std::string text;
    const auto add = [&](const char* label, const std::string& what) {
        text += what.empty() ? "" : line(label, what);
    };
    add("kept down", word(session, "held"));
    add("last error", word(session, "last_error"));
    add("last sent", word(session, "last_error_sent"));
    add("last received", word(session, "last_error_received"));
    return text;
}

}  // namespace

std::string session_details(const Json& session) {
    std::string text = title(session);
    text += line("session",
                 "from " + word(session, "local_address") + ", ended " +
                     counted(count(session, "flaps"), "times") +
                     (session.value("draining", false) ? ", draining (GRACEFUL_SHUTDOWN)" : ""));
    text += agreed(session);
    if (const std::string bfd = word(session, "bfd"); !bfd.empty()) {
        text += line("BFD", bfd);
    }
    if (const std::uint64_t left = count(session, "restart_left"); left > 0) {
        text += line("restart", "the peer is away; its routes are kept for " + counted(left, "s"));
    }
    text += families(session);
    for (const auto& [label, key] : {std::pair("messages out", "messages_sent"),
                                     std::pair("messages in", "messages_received")}) {
        if (const std::string counts = messages(session, key); !counts.empty()) {
            text += line(label, counts);
        }
    }
    if (const std::uint64_t malformed = count(session, "updates_malformed"); malformed > 0) {
        text +=
            line("malformed", counted(malformed, "UPDATEs with faults (RFC 7606); see the log"));
    }
    return text + errors(session);
}

}  // namespace routeproof::verifier
