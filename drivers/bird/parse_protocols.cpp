#include "drivers/bird/parse.hpp"
#include "drivers/text.hpp"

#include <charconv>

namespace routeproof::bird {

using drivers::trim;

namespace {

/// Words between blanks.
std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (;;) {
        line = trim(line);
        if (line.empty()) {
            return words;
        }
        words.push_back(line.substr(0, line.find_first_of(" \t")));
        line.remove_prefix(words.back().size());
    }
}

/// The number before " imported", " filtered".
std::optional<std::uint64_t> count_before(std::string_view line, std::string_view word) {
    const auto at = line.find(word);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const auto begin = line.find_last_of(" \t", at - 1) + 1;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(line.data() + begin, line.data() + at, value);
    return error == std::errc{} && end == line.data() + at ? std::optional(value) : std::nullopt;
}

void add(std::optional<std::uint64_t>& sum, std::optional<std::uint64_t> part) {
    if (part) {
        sum = sum.value_or(0) + *part;
    }
}

void read_detail(std::string_view key, std::string_view value, Protocol& protocol) {
    auto& session = protocol.session;
    if (key == "BGP state") {
        session.state = value;
        session.established = value == "Established";
    } else if (key == "Neighbor address") {
        // "fe80::1%eth0" for a link-local one; "192.0.2.0/24" for a range of dynamic neighbours.
        if (const auto address = net::Address::parse(value.substr(0, value.find('%')))) {
            session.peer = *address;
        }
    } else if (key == "Neighbor AS") {
        if (const auto asn = net::Asn::parse(value)) {
            session.peer_as = *asn;
        }
    } else if (key == "Last error") {
        session.last_error = value;
    } else if (key == "Table") {
        if (!protocol.channels.empty()) {
            protocol.channels.back().table = value;
        }
    } else if (key == "Input filter") {
        session.import_policy = value;
    } else if (key == "Routes") {
        const auto imported = count_before(value, " imported");
        const auto filtered = count_before(value, " filtered");
        // The word stands there only where filtered routes are kept.
        protocol.keeps_filtered = protocol.keeps_filtered || filtered.has_value();
        add(session.accepted, imported);
        if (filtered) {
            add(session.received, imported.value_or(0) + *filtered);
        }
    }
}

}  // namespace

drivers::Answer<std::vector<Protocol>> parse_protocols(std::string_view text) {
    const auto lines = lines_of(text);
    if (!lines) {
        return lines.error();
    }
    std::vector<Protocol> protocols;
    bool header = false;
    for (const auto line : *lines) {
        if (!header) {
            const auto words = words_of(line);
            header = words.size() >= 4 && (words[0] == "Name" || words[0] == "name") &&
                     (words[1] == "Proto" || words[1] == "proto");
        } else if (!line.empty() && line.front() != ' ' && line.front() != '\t') {
            const auto words = words_of(line);
            if (words.size() < 4) {
                return drivers::Failure{
                    drivers::Stage::Parse,
                    drivers::Failure::Kind::Protocol,
                    "lists a protocol that cannot be read: \"" + std::string(line) + '"'};
            }
            Protocol protocol;
            protocol.name = words[0];
            protocol.kind = words[1];
            protocol.session.state = words[3];  // start, up, down: of a disabled protocol
            protocols.push_back(std::move(protocol));
        } else if (!protocols.empty()) {
            const auto colon = line.find(':');
            if (trim(line).starts_with("Channel ")) {
                protocols.back().channels.push_back({std::string(trim(trim(line).substr(8))), {}});
            } else if (colon != std::string_view::npos) {
                read_detail(
                    trim(line.substr(0, colon)), trim(line.substr(colon + 1)), protocols.back());
            }
        }
    }
    if (!header) {
        return drivers::Failure{drivers::Stage::Parse,
                                drivers::Failure::Kind::Protocol,
                                "answers without a table of protocols"};
    }
    return protocols;
}

drivers::Answer<drivers::DeviceFacts> parse_status(std::string_view text) {
    const auto lines = lines_of(text);
    if (!lines) {
        return lines.error();
    }
    drivers::DeviceFacts facts;
    facts.os = "BIRD";
    for (const auto line : *lines) {
        if (line.starts_with("BIRD ") && facts.version.empty()) {
            facts.version = trim(line.substr(5));
        } else if (line.starts_with("Hostname is ")) {
            facts.hostname = trim(line.substr(12));
        }
    }
    if (facts.version.empty()) {
        return drivers::Failure{drivers::Stage::Parse,
                                drivers::Failure::Kind::Protocol,
                                "does not say which BIRD it is"};
    }
    return facts;
}

}  // namespace routeproof::bird
