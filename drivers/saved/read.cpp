#include "drivers/saved/read.hpp"

#include "drivers/bird/parse.hpp"
#include "drivers/frr/output.hpp"
#include "drivers/frr/parse_routes.hpp"
#include "drivers/junos/from_json.hpp"
#include "drivers/junos/parse_routes.hpp"
#include "drivers/junos/parse_text.hpp"
#include "drivers/netconf/message.hpp"
#include "drivers/nxos/output.hpp"
#include "drivers/nxos/parse_forwarding.hpp"
#include "drivers/nxos/parse_routes.hpp"
#include "drivers/nxos/parse_text.hpp"
#include "drivers/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <sstream>

namespace routeproof::drivers {
namespace {

Failure no_routes(const std::string& what) {
    return {Stage::Parse, Failure::Kind::Protocol, what};
}

std::string quoted(std::string_view text) {
    text = trim(text);
    text = text.substr(0, text.find('\n'));
    constexpr std::size_t kLongest = 80;
    return '"' + std::string(trim(text).substr(0, kLongest)) + '"';
}

Failure unrecognised(std::string_view os, std::string_view text) {
    return no_routes("is no reply of " + std::string(os) + " about routes: it begins with " +
                     quoted(text));
}

/// The peer in "show route receive-protocol bgp 10.0.0.1", "... neighbors 10.0.0.1 routes".
std::optional<net::Address> peer_in(std::string_view command) {
    std::istringstream words{std::string(command)};
    std::string before;
    std::string last;
    for (std::string word; words >> word; before = last, last = word) {
        const bool names_peer = last == "neighbors" || last == "neighbor" ||
                                (last == "bgp" && before == "receive-protocol");
        const auto address = net::Address::parse(word.substr(0, word.find('+')));
        if (names_peer && address) {
            return *address;
        }
    }
    return std::nullopt;
}

/// Where XML begins; behind it a prompt may follow. npos if there is none.
std::size_t find_xml(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF", at);
        if (first == std::string_view::npos) {
            break;
        }
        const char next = first + 1 < text.size() ? text[first + 1] : ' ';
        const bool name = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
        if (text[first] == '<' && (name || next == '?' || next == '!')) {
            return first;
        }
        const auto end = text.find('\n', first);
        if (end == std::string_view::npos) {
            break;
        }
        at = end + 1;
    }
    return std::string_view::npos;
}

/// Where a JSON object begins: a brace, and a name or the other brace behind it. "{master:0}" is
/// none.
std::size_t find_json(std::string_view text) {
    for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
        const auto line = text.find_last_of('\n', at);
        const auto before = text.substr(line == std::string_view::npos ? 0 : line + 1,
                                        at - (line == std::string_view::npos ? 0 : line + 1));
        const auto next = text.find_first_not_of(" \t\r\n", at + 1);
        if (trim(before).empty() && next != std::string_view::npos &&
            (text[next] == '"' || text[next] == '}')) {
            return at;
        }
    }
    return std::string_view::npos;
}

// --- Junos --------------------------------------------------------------------------------------

Answer<SavedReply> from_junos(junos::RoutesReply found, std::string format) {
    SavedReply reply;
    reply.format = std::move(format);
    reply.tables = std::move(found.tables);
    reply.routes = std::move(found.routes);
    reply.skipped = found.skipped;
    return reply;
}

/// Of a whole NETCONF session, the message with routes in it; else the first that is a reply. The
/// sizes of chunks go.
std::string junos_message(std::string_view text) {
    std::string best;
    while (!text.empty()) {
        constexpr std::string_view kEnd = "]]>]]>";
        const auto end = text.find(kEnd);
        std::string_view message = text.substr(0, end);
        text.remove_prefix(std::min(message.size() + kEnd.size(), text.size()));
        const auto begin = find_xml(message);
        if (begin == std::string_view::npos) {
            continue;
        }
        message.remove_prefix(begin);
        if (message.find("route-information") != std::string_view::npos) {
            return std::string(message);
        }
        if (best.empty() || message.find("rpc-reply") != std::string_view::npos) {
            best = message;
        }
    }
    return best;
}

std::string without_chunk_sizes(std::string_view text) {
    std::string whole;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        const bool ends = line.size() < text.size();
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const bool size =
            line.size() > 1 && line.front() == '#' &&
            (line == "##" || line.find_first_not_of("0123456789\r", 1) == std::string_view::npos);
        if (size) {
            if (!whole.empty() && whole.back() == '\n') {
                whole.pop_back();
            }
            continue;
        }
        whole += line;
        whole += ends ? "\n" : "";
    }
    return whole;
}

Answer<SavedReply> read_junos_xml(std::string xml, const std::string& format) {
    const auto message = netconf::Reply::parse(std::move(xml));
    if (!message) {
        return message.error();
    }
    auto found = junos::parse_every_route(*message);
    if (found) {
        return from_junos(std::move(*found), format);
    }
    if (const auto* error = message->error()) {
        return netconf::to_failure(*error);
    }
    const std::string words(trim(message->output()));
    if (words.find("BGP is not running") != std::string::npos) {
        SavedReply reply;
        reply.kind = SavedReply::Kind::NoBgp;
        reply.format = format;
        reply.notes.push_back(words);
        return reply;
    }
    if (!words.empty()) {
        return Failure{Stage::Rpc, Failure::Kind::NotSupported, "answers: " + words};
    }
    for (const auto* name : {"bgp-information",
                             "software-information",
                             "system-information",
                             "bfd-session-information",
                             "route-summary-information",
                             "hello",
                             "configuration",
                             "commit-results"}) {
        if (netconf::local_name(message->root()) == name ||
            netconf::first_descendant(message->root(), name)) {
            return no_routes("holds <" + std::string(name) + ">, no routes: ask for 'show route'");
        }
    }
    return no_routes("is a reply without <route-information>");
}

Answer<SavedReply> read_junos(std::string_view text) {
    const auto xml = find_xml(text);
    const auto json = find_json(text);
    if (json != std::string_view::npos && (xml == std::string_view::npos || json < xml + 40)) {
        auto converted = junos::xml_from_json(text.substr(json));
        if (!converted) {
            return converted.error();
        }
        return read_junos_xml(std::move(*converted), "json");
    }
    if (xml != std::string_view::npos) {
        std::string message(junos_message(text));
        if (text.find("\n#") != std::string_view::npos || text.starts_with('#')) {
            message = junos_message(without_chunk_sizes(text));
        }
        // A prompt or a banner of the command line behind the last element is no part of it.
        const auto end = message.rfind('>');
        message.resize(end == std::string::npos ? message.size() : end + 1);
        return read_junos_xml(std::move(message), "xml");
    }
    if (junos::looks_like_routes(text)) {
        auto found = junos::parse_text(text);
        if (!found) {
            return found.error();
        }
        return from_junos(std::move(*found), "text");
    }
    const auto says = text.find("BGP is not running");
    if (says != std::string_view::npos) {
        SavedReply reply;
        reply.kind = SavedReply::Kind::NoBgp;
        reply.format = "text";
        reply.notes.emplace_back("BGP is not running");
        return reply;
    }
    return unrecognised("junos", text);
}

// --- NX-OS --------------------------------------------------------------------------------------

Answer<SavedReply> from_nxos(nxos::BgpReply found, std::string format) {
    SavedReply reply;
    reply.format = std::move(format);
    reply.tables = std::move(found.vrfs);
    reply.routes = std::move(found.table.routes);
    reply.skipped = found.skipped;
    return reply;
}

Answer<SavedReply> from_forwarding(ForwardingTable table, std::string format) {
    SavedReply reply;
    reply.kind = SavedReply::Kind::Forwarding;
    reply.format = std::move(format);
    reply.forwarding = std::move(table.entries);
    for (const auto& entry : reply.forwarding) {
        if (std::find(reply.tables.begin(), reply.tables.end(), entry.table) ==
            reply.tables.end()) {
            reply.tables.push_back(entry.table);
        }
    }
    return reply;
}

Answer<SavedReply> read_nxos_rows(std::string_view text, const std::string& format) {
    const auto has = [text](std::string_view word) {
        return text.find(word) != std::string_view::npos;
    };
    if (has("TABLE_addrf")) {
        auto table = nxos::parse_forwarding(text, "", {});
        if (!table) {
            return table.error();
        }
        return from_forwarding(std::move(*table), format);
    }
    if (has("TABLE_neighbor") || has("ROW_neighbor")) {
        return no_routes("holds BGP neighbours, no routes: ask for 'show bgp ...'");
    }
    const bool of_bgp = has("TABLE_afi") || has("TABLE_prefix") || has("TABLE_path");
    if (has("rpc-error")) {
        const auto message =
            netconf::Reply::parse(std::string(text.substr(0, text.find("]]>]]>"))));
        if (message && message->error() != nullptr) {
            return netconf::to_failure(*message->error());
        }
    }
    auto found = nxos::parse_every_route(text);
    if (!found) {
        return found.error();
    }
    if (!of_bgp && !has("vrf-name-out")) {
        return no_routes("holds no BGP table and no routing table");
    }
    if (!of_bgp && found->vrfs.empty() &&
        (has("ROW_session") || has("vrf-cfg-id") || has("vrf-id"))) {
        return no_routes("is about BGP, but holds no routes: ask for 'show bgp ...'");
    }
    return from_nxos(std::move(*found), format);
}

Answer<SavedReply> read_nxos(std::string_view text) {
    // NX-API wraps what the command said; the rows inside are found by their names.
    const auto json = find_json(text);
    const auto xml = find_xml(text);
    if (json != std::string_view::npos && json < xml) {
        auto body = text.substr(json);
        body = body.substr(0, body.rfind('}') + 1);
        const auto complaint = nxos::classify(text.substr(0, json));
        if (complaint.kind == nxos::Output::Kind::Denied) {
            return Failure{Stage::Rpc, Failure::Kind::Denied, "answers: " + complaint.sentence};
        }
        return read_nxos_rows(body, "json");
    }
    if (xml != std::string_view::npos) {
        auto body = text.substr(xml);
        body = body.substr(0, body.rfind('>') + 1);
        return read_nxos_rows(body, "xml");
    }
    switch (nxos::kind_of(text)) {
        case nxos::TextKind::BgpTable:
        case nxos::TextKind::BgpDetail: {
            auto found = nxos::parse_bgp_text(text);
            if (!found) {
                return found.error();
            }
            return from_nxos(std::move(*found), "text");
        }
        case nxos::TextKind::Forwarding: {
            auto table = nxos::parse_forwarding_text(text);
            if (!table) {
                return table.error();
            }
            return from_forwarding(std::move(*table), "text");
        }
        case nxos::TextKind::Other:
            break;
    }
    if (trim(text).empty()) {
        SavedReply reply;
        reply.kind = SavedReply::Kind::NoBgp;
        reply.format = "text";
        reply.notes.emplace_back(
            "the reply is empty: NX-OS says nothing where there is no such table");
        return reply;
    }
    const auto output = nxos::classify(text);
    using Kind = nxos::Output::Kind;
    if (output.kind == Kind::NoSuchForm || output.kind == Kind::Denied) {
        return Failure{
            Stage::Rpc,
            output.kind == Kind::Denied ? Failure::Kind::Denied : Failure::Kind::NotSupported,
            "answers: " + output.sentence};
    }
    if (text.find("BGP") != std::string_view::npos &&
        text.find("not running") != std::string_view::npos) {
        SavedReply reply;
        reply.kind = SavedReply::Kind::NoBgp;
        reply.format = "text";
        reply.notes.emplace_back(output.sentence);
        return reply;
    }
    return unrecognised("nxos", text);
}

// --- FRR and BIRD -------------------------------------------------------------------------------

Answer<SavedReply> read_frr(std::string_view text) {
    const auto output = frr::classify(text);
    using Kind = frr::Output::Kind;
    if (output.kind == Kind::NoBgp) {
        SavedReply reply;
        reply.kind = SavedReply::Kind::NoBgp;
        reply.format = "json";
        reply.notes.push_back(output.sentence);
        return reply;
    }
    if (output.kind == Kind::Refused || output.kind == Kind::NoShell) {
        return Failure{Stage::Rpc, Failure::Kind::NotSupported, "answers: " + output.sentence};
    }
    if (output.kind == Kind::Text) {
        return text.find("Next Hop") != std::string_view::npos
                   ? no_routes("is the text of FRR; save the command with 'json' at its end")
                   : unrecognised("frr", text);
    }
    if (frr::looks_like_forwarding(output.json)) {
        auto table = frr::parse_forwarding(output.json, "", {});
        if (!table) {
            return table.error();
        }
        return from_forwarding(std::move(*table), "json");
    }
    auto found = frr::parse_routes(output.json, "", {});
    if (!found) {
        return found.error();
    }
    SavedReply reply;
    reply.format = "json";
    reply.tables = std::move(found->vrfs);
    reply.routes = std::move(found->table.routes);
    reply.skipped = found->skipped;
    return reply;
}

Answer<SavedReply> read_bird(std::string_view text) {
    auto found = bird::parse_routes(text, {}, {}, true);
    if (!found) {
        return found.error();
    }
    if (found->tables.empty() && found->table.routes.empty()) {
        const bool known = text.find("BIRD ") != std::string_view::npos ||
                           text.find("Network not found") != std::string_view::npos;
        if (!known) {
            return unrecognised("bird", text);
        }
    }
    SavedReply reply;
    reply.format = "text";
    reply.tables = std::move(found->tables);
    reply.routes = std::move(found->table.routes);
    reply.skipped = found->skipped;
    return reply;
}

}  // namespace

Answer<SavedReply> read_saved(inventory::Os os, std::string_view text, std::string_view command) {
    const auto read = [&]() -> Answer<SavedReply> {
        switch (os) {
            case inventory::Os::Junos:
                return read_junos(text);
            case inventory::Os::Nxos:
                return read_nxos(text);
            case inventory::Os::Frr:
                return read_frr(text);
            case inventory::Os::Bird:
                return read_bird(text);
        }
        return unrecognised("any router", text);
    };
    auto reply = read();
    if (!reply) {
        return reply;
    }
    const auto peer = peer_in(command);
    const bool before_policy = command.find("receive") != std::string_view::npos;
    for (Route& route : reply->routes) {
        if (peer && route.protocol.empty() && (before_policy || !route.from)) {
            route.from = peer;
        }
    }
    return reply;
}

}  // namespace routeproof::drivers
